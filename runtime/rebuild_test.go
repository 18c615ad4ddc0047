package runtime_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// numbering numbers records in its own memory and ticks with stream time.
type numbering struct {
	inits *atomic.Int64
	n     int
}

func (p *numbering) Init(ctx *processor.Context[string, string]) error {
	p.inits.Add(1)
	_, err := ctx.Schedule(10*time.Millisecond, processor.StreamTime, func(now int64) error {
		ctx.Forward(processor.Record[string, string]{Key: "tick", Value: fmt.Sprint(now), Timestamp: now})
		return nil
	})
	return err
}

func (p *numbering) Process(ctx *processor.Context[string, string], r processor.Record[string, string]) error {
	p.n++
	ctx.Forward(processor.Record[string, string]{Key: "number", Value: fmt.Sprint(p.n), Timestamp: r.Timestamp})
	return nil
}

func (p *numbering) Close() error { return nil }

// S40, S44: an abort makes processors anew: what they held in memory is gone, and Init
// has scheduled their punctuators again.
func TestAbortRebuildsProcessors(t *testing.T) {
	k, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "words", "numbered"), kfake.GroupMinSessionTimeout(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	c := connect(t, k.ListenAddrs()[0])
	var inits atomic.Int64
	start(t, rt.InterpretPlain(func(b *dsl.Builder) {
		b.Stream("words", dsl.String(), dsl.String()).
			Process(func() *numbering { return &numbering{inits: &inits} }, dsl.Name("numbering")).
			To("numbered", dsl.String(), dsl.String())
	}), c.config("app", rt.ExactlyOnce, t.TempDir()))

	list, _ := words(200, 200)
	c.produce("words", list[:100]...)
	r := c.read("numbered")
	r.until("the first hundred", func() bool { return r.last["number"] == "100" })
	if n := inits.Load(); n != 1 {
		t.Fatalf("%d processors so far", n)
	}
	before := slices.Index(r.order, "100")
	h := k.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.TxnOffsetCommit}, Err: kerr.UnknownServerError, Count: 1})
	c.produce("words", list[100:]...)
	eventually(t, "the fault", func() bool { return h.Hits() > 0 })
	r.until("the second hundred", func() bool { return len(r.order) > before+100 && r.last["number"] == "100" })
	if n := inits.Load(); n != 2 {
		t.Errorf("%d processors, want one more after the abort", n)
	}
	after := r.order[before+1:]
	if i := slices.Index(after, "1"); i < 0 || slices.Index(after, "101") >= 0 {
		t.Errorf("numbers go on over the abort: %v", after)
	}
	ticks := slices.DeleteFunc(slices.Clone(after), func(v string) bool { return len(v) < 13 })
	if len(ticks) == 0 {
		t.Error("no tick after the abort")
	}
}
