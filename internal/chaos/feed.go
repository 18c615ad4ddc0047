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

func (w *world) feed(cl *kgo.Client) *feed {
	f := &feed{done: make(chan struct{}), t: judge.NewTruth()}
	in := judge.NewInput(w.o.Seed, time.Now().UnixMilli())
	const beats = 100
	go func() {
		defer close(f.done)
		for beat := range beats {
			var records []*kgo.Record
			for range w.o.Records*(beat+1)/beats - w.o.Records*beat/beats {
				c := in.Next()
				value, err := c.Value()
				if err != nil {
					f.err = err
					return
				}
				f.t.Add(c)
				records = append(records, &kgo.Record{Topic: "clicks", Key: []byte(c.Page), Value: value, Timestamp: time.UnixMilli(c.Time)})
			}
			if f.err = cl.ProduceSync(context.Background(), records...).FirstErr(); f.err != nil {
				return
			}
			time.Sleep(w.o.Length / beats)
		}
	}()
	return f
}

func (f *feed) truth() (*judge.Truth, error) {
	<-f.done
	return f.t, f.err
}
