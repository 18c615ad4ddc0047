package proc

import (
	"testing"
	"time"
)

func TestStatOfAProcess(t *testing.T) {
	got, err := parseStat("4242 (a ) b (c)) S 1 2 3 4 5 6 7 8 9 10 250 75 0 0 20 0 9 0 1 2\n")
	if err != nil || got != 3250*time.Millisecond {
		t.Errorf("CPU time %v, %v", got, err)
	}
	if _, err := parseStat("4242 (x) S 1"); err == nil {
		t.Error("a short line is accepted")
	}
}
