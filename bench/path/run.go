package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/streamgen/streamgen/bench/path/form"
	"github.com/streamgen/streamgen/bench/proc"
)

// result is what one run of one contestant came to.
type result struct {
	workload, contestant string
	exactlyOnce          bool
	round                int
	records              int
	wall                 time.Duration // from running to the last output
	whole                time.Duration // CPU time of the whole process
	steady               time.Duration // CPU time per record of the second half; 0 when the run was too short
	rate                 float64       // records per second of the second half, or of all when too short
	peak                 int64         // bytes resident
	outputs              int64         // records written to the output topic
}

func (r result) wholePerRecord() time.Duration { return r.whole / time.Duration(r.records) }

// input is a filled topic and what must come out of it.
type input struct {
	topic, users string
	records      int
	truth        *truth
}

// prepare fills the topics of a workload, once for all contestants.
func (d *driver) prepare(ctx context.Context, w workload) (*input, error) {
	in := &input{topic: "in-" + w.name, records: d.n * w.factor}
	if err := d.c.create(ctx, in.topic, nil); err != nil {
		return nil, err
	}
	var err error
	if in.truth, err = d.c.fill(ctx, in.topic, w, in.records, d.seed); err != nil {
		return nil, fmt.Errorf("filling %s: %w", in.topic, err)
	}
	if w.users {
		in.users = "users-" + w.name
		if err := d.c.create(ctx, in.users, nil); err != nil {
			return nil, err
		}
		if err := d.c.fillUsers(ctx, in.users); err != nil {
			return nil, fmt.Errorf("filling %s: %w", in.users, err)
		}
	}
	return in, nil
}

func (d *driver) discard(ctx context.Context, in *input) error {
	topics := []string{in.topic}
	if in.users != "" {
		topics = append(topics, in.users)
	}
	return d.c.drop(ctx, topics...)
}

// run measures one contestant on one workload, and judges its output.
func (d *driver) run(ctx context.Context, w workload, in *input, c contestant, exactlyOnce bool, round int) (_ result, err error) {
	application := fmt.Sprintf("%s-%s-%s-%d", w.name, c.name, short(exactlyOnce), round)
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", application, err)
		}
	}()
	state, err := os.MkdirTemp(d.dir, application)
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(state)
	s := d.setting
	s.Bootstrap, s.Workload, s.Application, s.ExactlyOnce = d.c.bootstrap, w.name, application, exactlyOnce
	s.Input, s.Table, s.Output, s.State = in.topic, in.users, application+"-out", filepath.Join(state, "state")
	if s.Commit = d.commit; exactlyOnce {
		s.Commit = d.commitEOS
	}
	if err := d.topics(ctx, w, s, c); err != nil {
		return result{}, err
	}
	defer func() {
		if names, listed := d.c.internal(ctx, application); listed == nil && err == nil {
			err = d.c.drop(ctx, names...)
		}
	}()
	r, g, err := d.measure(ctx, in, c, s)
	if err != nil {
		return result{}, err
	}
	got, end, err := d.c.read(ctx, s.Output, w.table)
	if err != nil {
		return result{}, err
	}
	if diff := in.truth.differs(got); diff != "" {
		return result{}, fmt.Errorf("the output is wrong: %s", diff)
	}
	r.workload, r.round, r.outputs, r.wall = w.name, round, got.written, end.Sub(g.since)
	var ok bool
	if r.steady, r.rate, ok = g.steady(end); !ok {
		r.rate = float64(r.records) / r.wall.Seconds()
	}
	return r, nil
}

// topics makes the output topic, on which the broker notes when it took a record, and the changelog of the loop by hand,
// which creates none itself.
func (d *driver) topics(ctx context.Context, w workload, s form.Setting, c contestant) error {
	appended, compact := "LogAppendTime", "compact"
	if err := d.c.create(ctx, s.Output, map[string]*string{"message.timestamp.type": &appended}); err != nil {
		return err
	}
	if w.logged && c.name == "hand" {
		return d.c.create(ctx, s.Application+"-counts-changelog", map[string]*string{"cleanup.policy": &compact})
	}
	return nil
}

// measure runs the process. Its output is read only after it has ended.
func (d *driver) measure(ctx context.Context, in *input, c contestant, s form.Setting) (r result, g *progress, err error) {
	ctx, kill := context.WithCancel(ctx)
	defer kill()
	p, err := d.shop.start(ctx, c, s)
	if err != nil {
		return r, nil, err
	}
	defer func() {
		kill()
		<-p.ended
	}()
	if g, err = d.c.watch(ctx, p, s.Application, in.topic, d.stall); err != nil {
		return r, nil, err
	}
	r = result{contestant: c.name, exactlyOnce: s.ExactlyOnce, records: in.records}
	if r.peak, err = proc.Peak(p.cmd.Process.Pid); err != nil {
		return r, nil, err
	}
	r.whole, err = p.stop(d.stall)
	return r, g, err
}

func short(exactlyOnce bool) string {
	if exactlyOnce {
		return "eos"
	}
	return "alo"
}
