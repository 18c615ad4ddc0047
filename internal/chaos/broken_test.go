//go:build chaos

package chaos

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// breakages break the runtime's commits on purpose, each in one place.
var breakages = []struct{ name, file, from, to string }{
	{"a changelog that is not flushed", "runtime/internal/poll/slot.go",
		"\t\t\ts.w.out.sendTo(out, &l.acks)\n",
		"\t\t\tif s.w.g.s.Clock.Millis()/100%3 == 0 {\n\t\t\t\tout.Reset()\n\t\t\t\tcontinue\n\t\t\t}\n\t\t\ts.w.out.sendTo(out, &l.acks)\n"},
	{"an abort that is ignored", "runtime/internal/poll/transaction.go",
		"the loop sees that\n\t\t}\n\t\treturn w.rebuild()\n",
		"\n\t\t}\n\t\tw.out.reset()\n\t\tw.dirty, w.inTransaction, w.lastCommit = false, false, w.g.s.Clock.Time()\n\t\treturn nil\n"},
	{"entries applied before the transaction ends", "runtime/internal/poll/transaction.go",
		"\t\t\treturn w.cl.EndTransaction(w.ctx, kgo.TryCommit)\n",
		"\t\t\tfor _, s := range running {\n\t\t\t\tif err := s.apply(); err != nil {\n\t\t\t\t\treturn err\n\t\t\t\t}\n\t\t\t\tif s.store != nil {\n\t\t\t\t\tif err := s.store.Flush(); err != nil {\n\t\t\t\t\t\treturn err\n\t\t\t\t\t}\n\t\t\t\t}\n\t\t\t}\n\t\t\treturn w.cl.EndTransaction(w.ctx, kgo.TryCommit)\n"},
	{"a stale owner that the broker cannot tell from the new one", "runtime/internal/poll/offsets.go",
		"\treq.ProducerID, req.ProducerEpoch = id, epoch\n\treq.MemberID, req.Generation = member, generation\n",
		"\treq.ProducerID, req.ProducerEpoch = id, epoch\n\t_, _ = member, generation\n"},
	{"a transaction of timers alone that nothing ties to the group", "runtime/internal/poll/transaction.go",
		"if w.g.s.ExactlyOnce && w.out.produced > 0 {\n", "if w.g.s.ExactlyOnce && w.out.produced > 0 && len(marks) > 0 {\n"},
	{"an abort after which the input goes on where it was", "runtime/internal/poll/supervise.go",
		"\tw.seek(s.rewind())\n", "\tif w.aborts == 0 {\n\t\tw.seek(s.rewind())\n\t}\n"},
	{"a partition that begins anew when its offset is undecided", "runtime/internal/poll/offsets.go",
		"\tfor p := range marks {\n\t\treturn nil,", "\tfor p := range marks {\n\t\t_ ="},
	{"a standby that follows what is not committed", "runtime/internal/poll/standbyread.go",
		"s.g.s.options(\"standby\"), s.g.s.isolation(),", "s.g.s.options(\"standby\"), kgo.FetchIsolationLevel(kgo.ReadUncommitted()),"},
	{"a promotion that restores nothing", "runtime/internal/poll/restoring.go",
		"\tif st == nil {\n\t\tst, err = s.w.g.openTask(s.name, s.spec.Stores)\n\t}\n",
		"\tif st != nil {\n\t\ts.store = st\n\t\treturn nil\n\t}\n\tst, err = s.w.g.openTask(s.name, s.spec.Stores)\n"},
	{"records that come again after a change of leaders", "runtime/internal/poll/fetch.go",
		"max(s.committed[p].offset, s.engine.Position(source))", "s.committed[p].offset"},
}

// TestChaosFindsBrokenCommits breaks the runtime in each of these ways and expects the
// simulation to see it within 200 seeds.
func TestChaosFindsBrokenCommits(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range breakages {
		t.Run(strings.ReplaceAll(b.name, " ", "-"), func(t *testing.T) {
			source, err := os.ReadFile(filepath.Join(root, b.file))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(source), b.from); n != 1 {
				t.Fatalf("%s has the place to break %d times: bring this list up to date", b.file, n)
			}
			dir := t.TempDir()
			write := func(name string, data []byte) string {
				path := filepath.Join(dir, name)
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
				return path
			}
			overlay, err := json.Marshal(map[string]map[string]string{"Replace": {
				filepath.Join(root, b.file): write("broken.go", []byte(strings.Replace(string(source), b.from, b.to, 1))),
			}})
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("go", "test", "-tags", "synctests", "-count", "1", "-timeout", "10m", "-overlay", write("overlay.json", overlay),
				"-run", "TestVirtual", "-v", "./internal/chaos", "-args", "-broken", "-seeds", "200")
			cmd.Dir = root
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, tail(out))
			}
			for line := range strings.Lines(string(out)) {
				if strings.Contains(line, "found: ") || strings.Contains(line, "seeds: at least") {
					t.Log(strings.TrimSpace(line))
				}
			}
		})
	}
}

func tail(b []byte) string { return string(b[max(0, len(b)-2000):]) }
