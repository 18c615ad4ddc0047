//go:build real

package live

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/golden"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/play"
	"github.com/streamgen/streamgen/internal/oracle/recorded/live"
	rt "github.com/streamgen/streamgen/runtime"
)

// TestRealTakesOverAndGivesBack: an application that is stopped as Kafka Streams goes on as
// ours, and back, with the same application.id: offsets, repartition topics and changelogs are
// taken over in both directions, and what is there at the end is what Kafka Streams makes of
// the same input without a stop. Each side keeps its state folder, as machines do: that folder
// is behind the changelogs when its turn comes again.
func TestRealTakesOverAndGivesBack(t *testing.T) {
	addr, java := real(t)
	i := slices.IndexFunc(live.Entries, func(e play.Entry) bool {
		return strings.Contains(e.Text, "join-table") && strings.Contains(e.Text, "tumbling")
	})
	if i < 0 {
		t.Fatal("no topology has a join with a table and a window")
	}
	e := live.Entries[i]
	c, err := form.ParseCase("topology\n" + e.Text)
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d\n%s", seed, e.Text)
	rng := rand.New(rand.NewPCG(seed, 3))
	feed := cut(rng, e, words(rng, 400))

	b := func(t *testing.T) *broker { connect(t, addr).fresh(topics(c.Topology)); return connect(t, addr) }
	start := func(t *testing.T, kind byte, dir string, guarantee rt.Guarantee) func(app string) (runner, error) {
		return func(app string) (runner, error) {
			if kind == 'J' {
				return startJava(java, addr, app, dir+"/java", guarantee, e.Text)
			}
			return startOurs(t, addr, app, dir+"/ours", guarantee, e)
		}
	}
	for _, guarantee := range []rt.Guarantee{rt.AtLeastOnce, rt.ExactlyOnce} {
		t.Run(string(guarantee), func(t *testing.T) {
			want := ""
			for _, lives := range []string{"J", "JOJ", "OJO"} {
				t.Run(lives, func(t *testing.T) {
					b, dir := b(t), t.TempDir()
					app := fmt.Sprintf("live-moves-%d", time.Now().UnixNano())
					before := int64(0)
					for n := range len(lives) {
						part := feed[len(feed)*n/len(lives) : len(feed)*(n+1)/len(lives)]
						b.live(app, part, before, start(t, lives[n], dir, guarantee))
						before = part[len(part)-1].consumed
					}
					have := settle(b.dump(app))
					if want == "" {
						want = have
						return
					}
					if d := golden.Diff(want, have); d != "" {
						t.Errorf("- is Kafka Streams' without a stop, + is %s's\n%s", lives, d)
					}
				})
			}
		})
	}
}

// words makes records of few users and words, out of order but never too late, with deletions.
func words(r *rand.Rand, n int) (script []form.Step) {
	for i := range n {
		s := form.Step{Topic: "live-words", Key: []byte{byte('a' + r.IntN(6))}, Timestamp: int64(i)*5 + r.Int64N(200)}
		if r.IntN(4) == 0 || i < 6 {
			s.Topic = "live-users"
			if i < 6 {
				s.Key = []byte{byte('a' + i)}
			}
		}
		if s.Topic == "live-words" || i < 6 || r.IntN(5) > 0 {
			s.Value = fmt.Appendf(nil, "%c%d", 'a'+r.IntN(3), r.IntN(10))
		}
		script = append(script, s)
	}
	return script
}

// settle keeps of what is coalesced per commit (changelogs, and the output of the cached table)
// the last record of each key: where commits fall is what the stops change. A deletion that
// stands last is the same as none. All else is kept as it is, record by record.
func settle(dump string) string {
	var out []string
	last := map[string]string{}
	for line := range strings.Lines(dump) {
		part, rest, _ := strings.Cut(line, " ")
		key, _, _ := strings.Cut(rest, " ")
		if topic, _, ok := strings.Cut(part, "/"); ok && (strings.HasSuffix(topic, "-changelog") || topic == "live-texts") {
			last[part+" "+key] = line
			if strings.HasPrefix(rest, key+" null ") {
				delete(last, part+" "+key)
			}
			continue
		}
		out = append(out, line)
	}
	for _, k := range slices.Sorted(maps.Keys(last)) {
		out = append(out, last[k])
	}
	return strings.Join(out, "")
}
