package web

import "strings"

// agentOf is what a browser calls itself, in short: its name and its system, "" for what is not known. Each claims to be
// others, too, so that the first of these that is found counts.
func agentOf(agent string) (browser, system string) {
	first := func(names ...string) string {
		for i := 0; i < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	return first("Edg", "Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet", "Firefox", "Firefox", "FxiOS", "Firefox", "CriOS", "Chrome",
			"Chromium", "Chromium", "Chrome", "Chrome", "Safari", "Safari", "w3m", "w3m", "Lynx", "Lynx", "ELinks", "ELinks"),
		first("iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "CrOS", "ChromeOS", "Windows", "Windows", "Mac OS X", "macOS", "Linux", "Linux", "BSD", "BSD")
}
