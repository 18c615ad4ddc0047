package answer

import (
	"bytes"
	"context"

	"github.com/streamgen/streamgen/runtime/query"
)

// merge gives the rows of several parts as one: in the order of their keys, and of their
// partitions where keys are equal.
func merge(parts []query.Cursor, r query.Request) query.Cursor {
	return &merged{parts: parts, r: r, heads: make([][]query.Row, len(parts))}
}

// merged is the rows of several parts in one order.
type merged struct {
	parts  []query.Cursor
	heads  [][]query.Row // what has come of each part and not been given
	ended  []bool
	r      query.Request
	given  int
	closed bool
}

// Info implements query.Cursor.
func (m *merged) Info() query.Info {
	var all query.Info
	for _, c := range m.parts {
		all.Add(c.Info())
	}
	return all
}

// Close implements query.Cursor.
func (m *merged) Close() {
	if m.closed {
		return
	}
	m.closed = true
	for _, c := range m.parts {
		c.Close()
	}
}

// Next implements query.Cursor.
func (m *merged) Next(ctx context.Context) ([]query.Row, error) {
	if err := m.fill(ctx); err != nil {
		return nil, err
	}
	var page []query.Row
	for len(page) < pageRows && (m.r.Limit == 0 || m.r.Count || m.given < m.r.Limit) {
		at := m.least()
		if at < 0 {
			break
		}
		page = append(page, m.heads[at][0])
		m.given++
		if m.heads[at] = m.heads[at][1:]; len(m.heads[at]) == 0 {
			if err := m.more(ctx, at); err != nil {
				return nil, err
			}
		}
		if m.r.One && !m.r.Count {
			break
		}
	}
	return page, nil
}

// least is the part whose next row comes first, -1 when there is none.
func (m *merged) least() int {
	at := -1
	for i, h := range m.heads {
		if len(h) == 0 {
			continue
		}
		if at < 0 {
			at = i
			continue
		}
		if c := bytes.Compare(h[0].Key, m.heads[at][0].Key); c != 0 && c < 0 != m.r.Reverse {
			at = i
		}
	}
	return at
}

// fill asks the parts for their first rows, all at once where they are elsewhere.
func (m *merged) fill(ctx context.Context) error {
	if m.ended != nil {
		return nil
	}
	m.ended = make([]bool, len(m.parts))
	errs := make(chan error, len(m.parts))
	waiting := 0
	for i, c := range m.parts {
		if _, far := c.(*remote); far {
			waiting++
			go func() { errs <- m.more(ctx, i) }()
		}
	}
	var first error
	for i, c := range m.parts {
		if _, far := c.(*remote); !far && first == nil {
			first = m.more(ctx, i)
		}
	}
	for range waiting {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

func (m *merged) more(ctx context.Context, i int) (err error) {
	if !m.ended[i] {
		m.heads[i], err = m.parts[i].Next(ctx)
		m.ended[i] = len(m.heads[i]) == 0
	}
	return err
}

// otherwise is an answer, or another one when it has no rows.
type otherwise struct {
	query.Cursor
	next func(context.Context) (query.Cursor, error)
	some bool
}

// Next implements query.Cursor.
func (o *otherwise) Next(ctx context.Context) ([]query.Row, error) {
	rows, err := o.Cursor.Next(ctx)
	if o.some = o.some || len(rows) > 0; err != nil || o.some || o.next == nil {
		return rows, err
	}
	c, err := o.next(ctx)
	if err != nil {
		return nil, err
	}
	o.next = nil
	o.Cursor.Close()
	o.Cursor = c
	return c.Next(ctx)
}
