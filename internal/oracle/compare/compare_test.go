package compare

import (
	"strings"
	"testing"
)

const java = `describe
|Topologies:
|   Sub-topology: 0
|    Source: A (topics: [x, y])
|      --> B, C
|    Processor: B (stores: [s, t])
|      --> none
|      <-- A
script
0 out "k" i1 @10
0 o-w-changelog "k"+i0+x00000000 i1 @10
1 o-w-changelog "k"+i500+x00000000 i1 @510
store global
"g" "v" @1
store w
"k"+i0 i1 @10
"k"+i500 i1 @510
`

const ours = `describe
|Topologies:
|   Sub-topology: 0
|    Processor: B (stores: [t, s])
|      --> none
|      <-- A
|    Source: A (topics: [y, x])
|      --> C, B
script
0 out "k" i1 @10
0 o-w-changelog "k"+i0+x00000000 i1 @10
1 o-w-changelog "k"+i500+x00000000 i1 @510
store w retention 100
"k"+i500 i1 @510
`

// TestEqualResults: hash order, global stores and rows behind the retention do not count.
func TestEqualResults(t *testing.T) {
	if d := Difference(java, ours, true); d != "" {
		t.Error(d)
	}
}

func TestEachPartCounts(t *testing.T) {
	for _, c := range [][2]string{
		{`0 out "k" i1 @10`, `0 out "k" i2 @10`},
		{`0 out "k" i1 @10`, `0 out "k" i1 @10 h="x"`},
		{`1 o-w-changelog`, `2 o-w-changelog`},
		{"\"k\"+i500 i1 @510\n", ""},
		{"\"k\"+i500 i1 @510\n", "\"k\"+i500 i1 @511\n"},
		{"|      --> none", "|      --> C"},
		{"[t, s]", "[t]"},
		{"script\n", "script\nerror it broke\n"},
	} {
		if d := Difference(java, strings.Replace(ours, c[0], c[1], 1), true); d == "" {
			t.Errorf("%q for %q makes no difference", c[1], c[0])
		}
	}
}
