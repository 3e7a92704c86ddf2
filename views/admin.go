package views

func (c AdminCheck) notice() Notice { return Notice{Kind: c.Kind} }

// word says in a word how a check went, to who does not see its colour.
func (c AdminCheck) word(s Shell) string {
	switch c.Kind {
	case "ok":
		return s.W.CheckGood()
	case "info":
		return s.W.CheckChosen()
	}
	return s.W.CheckBad()
}
