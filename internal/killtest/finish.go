package killtest

import (
	"context"
	"fmt"
	"time"

	"github.com/streamgen/streamgen/internal/clicks/judge"
	"github.com/twmb/franz-go/pkg/kgo"
)

// finish feeds a little more, lets the application come to the end of it and stops it
// cleanly.
func (r *run) finish(ctx context.Context) (*judge.Truth, error) {
	last := r.feed.fed()
	if err := r.until(ctx, "input after the last kill", func() bool { return r.feed.fed() >= last+int64(r.Rate)/2 && r.committed() > last }); err != nil {
		return nil, err
	}
	r.note("end of the input")
	truth, err := r.feed.halt()
	if err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	r.report.Records, r.report.AfterAll = truth.Records, truth.Records-last
	// Counting outputs would end too early when some are there twice, and never when some
	// are lost.
	if err := r.until(ctx, "the end of the input", func() bool { return r.consumed(ctx) }); err != nil {
		return nil, err
	}
	r.note("finished")
	for i, p := range r.procs {
		if err := p.stop(30 * time.Second); err != nil {
			return nil, fmt.Errorf("process %d: %w", i, err)
		}
	}
	for i := range r.procs {
		if err := r.dump(i, fmt.Sprintf("the clean stop of process %d", i), true); err != nil {
			return nil, err
		}
	}
	return truth, nil
}

func (r *run) consumed(ctx context.Context) bool {
	return judge.Consumed(ctx, r.adm, r.prefix(), r.application())
}

// read reads what the run left on the broker and adds what was on disk.
func (r *run) read(ctx context.Context) (*judge.Seen, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r.note("stopped")
	seen, err := judge.Read(ctx, func(o ...kgo.Opt) (*kgo.Client, error) {
		return kgo.NewClient(append(o, kgo.SeedBrokers(r.Bootstrap))...)
	}, r.prefix(), r.application())
	if err != nil {
		return nil, err
	}
	seen.Dumps = r.dumps
	return seen, nil
}
