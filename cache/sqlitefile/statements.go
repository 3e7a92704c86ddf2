package sqlitefile

import (
	"context"
	"database/sql/driver"
	"errors"
)

// maxStatements is how many statements a connection keeps prepared. Those of
// this program that change something are a few dozen; a search builds its own,
// which is none of them.
const maxStatements = 200

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

// preparedConn is a connection that keeps the statements which change something
// prepared: database/sql has each parsed anew, which took a sixth of the time
// of collecting mail. It is used by one goroutine at a time, as connections are.
type preparedConn struct {
	driverConn
	statements map[string]driver.Stmt
}

// ExecContext runs a statement that has values, prepared once. What has none is
// run as it is: it may be a script, and is rare.
func (c *preparedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		return c.driverConn.ExecContext(ctx, query, args)
	}
	s, ok := c.statements[query]
	if !ok {
		if len(c.statements) >= maxStatements {
			return c.driverConn.ExecContext(ctx, query, args)
		}
		var err error
		if s, err = c.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
		c.statements[query] = s
	}
	run, ok := s.(driver.StmtExecContext)
	if !ok {
		return c.driverConn.ExecContext(ctx, query, args)
	}
	return run.ExecContext(ctx, args)
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
