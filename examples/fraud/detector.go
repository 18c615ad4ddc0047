package main

import (
	"fmt"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// window is the span over which the rate of orders is judged.
const window = 5 * time.Minute

// Context is what the detector sees of its task.
type Context = processor.Context[string, Alert]

// Detector judges each order by what it knows of the user. All its times come from
// records and from its context, so that a replay gives the same alerts.
type Detector struct {
	Summaries *dsl.KeyValueStore[string, Summary]
	Recent    *dsl.WindowStore[string, Orders]
	ctx       *Context
}

// Init schedules the two sweeps on the wall clock.
func (d *Detector) Init(ctx *Context) error {
	d.ctx = ctx
	if _, err := ctx.Schedule(5*time.Minute, processor.WallClock, d.expire); err != nil {
		return err
	}
	_, err := ctx.Schedule(time.Minute, processor.WallClock, d.sweep)
	return err
}

// Process checks one order against its user's summary and then adds it.
func (d *Detector) Process(ctx *Context, r processor.Record[string, Order]) error {
	if r.NoKey || r.NoValue {
		return nil
	}
	user, order := r.Key, r.Value
	s, known := d.Summaries.Get(user)
	if !known {
		s.First = r.Timestamp
	}
	alert := func(rule, text string) {
		ctx.Forward(processor.Record[string, Alert]{Key: user, Value: Alert{Rule: rule, Order: order.ID, Text: text}, Timestamp: r.Timestamp, Headers: r.Headers})
	}
	if mean := s.Total / float64(max(s.Count, 1)); known && order.Amount > 3*mean {
		alert("amount", fmt.Sprintf("%.2f is more than three times the mean, %.2f", order.Amount, mean))
	}
	if known && order.Location != s.Location {
		alert("location", fmt.Sprintf("%s after %s", order.Location, s.Location))
	}

	at, _ := d.Recent.Get(user, r.Timestamp)
	d.Recent.Put(user, Orders{append(at.Orders[:len(at.Orders):len(at.Orders)], order)}, r.Timestamp)
	s.Count++
	s.Total += order.Amount
	s.First, s.Last = min(s.First, r.Timestamp), max(s.Last, r.Timestamp)
	s.Location = order.Location
	d.Summaries.Put(user, s)

	if n, usual := d.rate(user, s, r.Timestamp); n > 5*usual {
		alert("velocity", fmt.Sprintf("%.0f orders in 5 minutes, usually %.1f", n, usual))
	}
	return nil
}

// rate returns the user's orders in the window that ends at now, and how many there
// usually are. That is at least one: rare orders do not make a single one suspicious.
func (d *Detector) rate(user string, s Summary, now int64) (recent, usual float64) {
	for _, at := range d.Recent.Fetch(user, now-window.Milliseconds()+1, now) {
		recent += float64(len(at.Orders))
	}
	windows := float64(s.Last-s.First) / float64(window.Milliseconds())
	return recent, max(float64(s.Count)/max(windows, 1), 1)
}

// sweep looks again at the rate of users with recent orders: an order that came out of
// order may have changed it. An alert carries the timestamp of the user's last order.
func (d *Detector) sweep(int64) error {
	now := d.ctx.StreamTime()
	last := ""
	for key := range d.Recent.FetchAll(now-window.Milliseconds()+1, now) {
		if key.Key == last {
			continue
		}
		last = key.Key
		s, _ := d.Summaries.Get(key.Key)
		if n, usual := d.rate(key.Key, s, s.Last); n > 5*usual {
			d.ctx.Forward(processor.Record[string, Alert]{Key: key.Key, Timestamp: s.Last,
				Value: Alert{Rule: "velocity", Text: fmt.Sprintf("%.0f orders in 5 minutes, usually %.1f", n, usual)}})
		}
	}
	return nil
}

// expire deletes orders more than an hour behind stream time.
func (d *Detector) expire(int64) error {
	for key := range d.Recent.FetchAll(0, d.ctx.StreamTime()-time.Hour.Milliseconds()) {
		d.Recent.Delete(key.Key, key.Window.Start)
	}
	return nil
}

// Close has nothing to release.
func (d *Detector) Close() error { return nil }
