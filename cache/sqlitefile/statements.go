package sqlitefile

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"
)

// maxStatements is how many statements a connection keeps prepared. Those of
// this program are a few dozen; a search builds its own.
const maxStatements = 100

// driverConn is what the driver's connections can do, all of which stays.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// preparedConn is a connection that keeps its statements prepared: database/sql
// has each parsed anew, which took a quarter of the time of collecting mail. It
// is used by one goroutine at a time, as connections are.
type preparedConn struct {
	driverConn
	statements map[string]*statement
}

// statement is a prepared one. It has one run at a time: rows of it that are
// still being read are not to be begun again.
type statement struct {
	driver.Stmt
	busy bool
}

// prepared returns the statement for a query, nil where it is to be run as it
// is: what has no values may be a script, unless it asks, and one that is busy
// cannot be used.
func (c *preparedConn) prepared(ctx context.Context, query string, args []driver.NamedValue) (*statement, error) {
	if len(args) == 0 && !strings.HasPrefix(query, "SELECT ") {
		return nil, nil
	}
	if s, ok := c.statements[query]; ok {
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	if len(c.statements) >= maxStatements {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.statements[query] = &statement{Stmt: s}
	return c.statements[query], nil
}

// forget drops the statements that are not in use.
func (c *preparedConn) forget() (err error) {
	for query, s := range c.statements {
		if !s.busy {
			delete(c.statements, query)
			err = errors.Join(err, s.Close())
		}
	}
	return err
}

// ExecContext runs a statement that has values, prepared once.
func (c *preparedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.prepared(ctx, query, args)
	if err != nil {
		return nil, err
	}
	if s != nil {
		if run, ok := s.Stmt.(driver.StmtExecContext); ok {
			return run.ExecContext(ctx, args)
		}
	}
	return c.driverConn.ExecContext(ctx, query, args)
}

// QueryContext is ExecContext for a statement that answers.
func (c *preparedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.prepared(ctx, query, args)
	if err != nil {
		return nil, err
	}
	if s != nil {
		if run, ok := s.Stmt.(driver.StmtQueryContext); ok {
			rows, err := run.QueryContext(ctx, args)
			if err != nil {
				return nil, err
			}
			s.busy = true
			return &answer{rows, s}, nil
		}
	}
	return c.driverConn.QueryContext(ctx, query, args)
}

// answer is the rows of a prepared statement, which can be run again once they
// are closed.
type answer struct {
	driver.Rows
	of *statement
}

func (a *answer) Close() error {
	a.of.busy = false
	return a.Rows.Close()
}

// Close gives the statements back before the connection.
func (c *preparedConn) Close() error {
	var errs error
	for _, s := range c.statements {
		errs = errors.Join(errs, s.Close())
	}
	c.statements = nil
	return errors.Join(errs, c.driverConn.Close())
}
