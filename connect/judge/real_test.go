//go:build real

package judge

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/oracle/peer"
)

func number(t *testing.T, name string, def uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return def
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// TestRealConnectJudge plays fresh random cases on Connect's own classes and on ours. STREAMGEN_CASES=20000 and
// STREAMGEN_SEED=… play others, STREAMGEN_RECORD=1 keeps them with Java's answers for TestRecordedAnswersOfJava.
func TestRealConnectJudge(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "oracle", "connect")
	if out, err := exec.Command(filepath.Join(root, "scripts", "build-java.sh"), dir).CombinedOutput(); err != nil {
		t.Fatalf("building the judge: %v\n%s", err, out)
	}
	java, err := peer.Start(dir, "java", "-Xmx512m", "-XX:+UseSerialGC", "-Duser.timezone=UTC", "-Duser.language=en", "-Duser.country=US", "-cp", "target/classes"+string(os.PathListSeparator)+"target/lib/*", "judge.Main")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := java.Close(); err != nil {
			t.Error(err)
		}
	}()
	seed := number(t, "STREAMGEN_SEED", uint64(time.Now().UnixNano()))
	cases := Draw(seed, int(number(t, "STREAMGEN_CASES", 20000)))
	t.Logf("seed %d", seed)
	record := os.Getenv("STREAMGEN_RECORD") != ""
	var kept strings.Builder
	plugins := Plugins()
	differing, skipped := 0, 0
	const block = 500
	for len(cases) > 0 {
		n := min(block, len(cases))
		var b strings.Builder
		for _, c := range cases[:n] {
			text, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(append(text, '\n'))
		}
		answer, err := java.Ask(b.String())
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range strings.Split(strings.TrimSuffix(answer, "\n"), "\n") {
			var judged map[string]any
			if err := json.Unmarshal([]byte(text), &judged); err != nil {
				t.Fatal(err)
			}
			if judged["skip"] != nil {
				skipped++
				continue
			}
			// Our side reads the case as Java does, from its text.
			var c Case
			again, err := json.Marshal(cases[i])
			if err == nil {
				err = json.Unmarshal(again, &c)
			}
			if err != nil {
				t.Fatal(err)
			}
			if ours := Play(plugins, &c); !Same(judged, ours) {
				if differing++; differing <= 25 {
					t.Errorf("%s", explain(&c, judged, ours))
				}
			}
			if record {
				text, err := json.Marshal(line{&c, judged})
				if err != nil {
					t.Fatal(err)
				}
				kept.Write(append(text, '\n'))
			}
		}
		cases = cases[n:]
	}
	t.Logf("%d differ, %d skipped: this JDK prints their numbers longer than JDK 19 does", differing, skipped)
	if record && differing == 0 {
		keep(t, kept.String())
	}
}

func keep(t *testing.T, text string) {
	f, err := os.Create(recorded)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}
