package chaos

import (
	"context"
	"time"

	"github.com/streamgen/streamgen/internal/clicks/judge"
	"github.com/twmb/franz-go/pkg/kgo"
)

// feed produces the clicks over the length of the trouble.
type feed struct {
	done chan struct{} // closed when all is acknowledged, or nothing more will be
	t    *judge.Truth
	err  error
}

func (w *world) feed() *feed {
	f := &feed{done: make(chan struct{}), t: judge.NewTruth()}
	in := judge.NewInput(w.o.Seed, time.Now().UnixMilli())
	const beats = 100
	go func() {
		defer close(f.done)
		for beat := range beats {
			var some []judge.Click
			for range w.o.Records*(beat+1)/beats - w.o.Records*beat/beats {
				some = append(some, in.Next())
			}
			if f.err = f.produce(w.cl, some); f.err != nil {
				return
			}
			time.Sleep(w.o.Length / beats)
		}
		f.t.Flush = 1
		f.err = f.produce(w.cl, in.Flush())
	}()
	return f
}

func (f *feed) produce(cl *kgo.Client, some []judge.Click) error {
	var records []*kgo.Record
	for _, c := range some {
		value, err := c.Value()
		if err != nil {
			return err
		}
		f.t.Add(c)
		records = append(records, &kgo.Record{Topic: "clicks", Key: []byte(c.Page), Value: value, Timestamp: time.UnixMilli(c.Time)})
	}
	return cl.ProduceSync(context.Background(), records...).FirstErr()
}

func (f *feed) truth() (*judge.Truth, error) {
	<-f.done
	return f.t, f.err
}
