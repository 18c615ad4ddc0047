package codegen_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/build"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
)

// rewrites are the kinds of changes that mean the same in Go. Each tries one at random and
// says whether it found a place.
var rewrites = map[string]func(*rewriter) bool{
	"body": rewriteBody, "capture": rewriteCapture, "chain": rewriteChain, "codec": rewriteCodec, "function": rewriteFunction,
	"generic": rewriteGeneric, "literal": rewriteLiteral, "maker": rewriteMaker, "method": rewriteMethod, "option": rewriteOption,
	"options": rewriteOptions, "order": rewriteOrder, "parentheses": rewriteParentheses, "step": rewriteStep,
	"through": rewriteThrough, "twice": rewriteTwice, "value": rewriteValue, "wrapper": rewriteWrapper,
}

// rewrite is one change: made again on another text it looks for another place.
type rewrite struct {
	kind string
	seed uint64
}

// original is a package of the corpus.
type original struct {
	name, file string // folder; file with the topologies
	path       string // of the committed package and its output; empty where nothing can import it
	text       map[string]string
	tops       []originalTopology
	imports    imports
}

type originalTopology struct {
	name      string
	histories []history
}

// TestRewritingKeepsTheMeaning rewrites the corpus at random in ways that mean the same in
// Go, several rewrites on top of each other for each package and seed, and wants the same
// outputs, changelogs and stores from the original (generated) and from the rewritten one
// (generated and interpreted) on random histories. STREAMGEN_SEEDS sets the number of seeds for
// each package of the corpus; without it every third package has one, because each is compiled
// several times.
func TestRewritingKeepsTheMeaning(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program of many packages")
	}
	seeds, step := 1, 3
	if s := os.Getenv("STREAMGEN_SEEDS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		seeds, step = n, 1
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	var variants []*variant
	made := map[string]int{}
	for i, o := range originals(t, root) {
		if i%step != 0 {
			continue
		}
		for seed := range seeds {
			v := draw(t, o, seed)
			for _, w := range v.made {
				made[w.kind]++
			}
			variants = append(variants, v)
		}
	}
	for kind := range rewrites {
		if made[kind] == 0 {
			t.Errorf("no rewrite of kind %s was made: %v", kind, made)
		}
	}
	wrong, lines := judge(t, root, variants)
	t.Logf("%d packages, rewrites %v, %d lines of output compared", len(variants), made, lines)
	if lines < 1000 {
		t.Errorf("the originals wrote %d lines only: nothing was compared", lines)
	}
	shown := 0
	for _, v := range variants {
		if text := wrong[v.of.name]; text != "" {
			t.Errorf("%s as it is: %s", v.of.name, text)
			delete(wrong, v.of.name)
		}
		text := wrong[v.name]
		if text == "" {
			continue
		}
		if shown++; shown <= 5 { // each costs some builds
			v, text = shrunk(t, root, v, text)
		}
		t.Errorf("%s, rewrites %v: %s\n%s\n%s", v.name, v.made, text, kept(t, v), v.text[v.of.file])
	}
}

// kept writes the source where it outlives the test, and returns the path.
func kept(t *testing.T, v *variant) string {
	dir, err := os.MkdirTemp("", "rewritten-"+v.name+"-")
	if err != nil {
		t.Fatal(err)
	}
	for base, src := range v.text {
		write(t, filepath.Join(dir, base), src)
	}
	return filepath.Join(dir, v.of.file)
}

// originals reads the corpus as packages of another module.
func originals(t *testing.T, root string) (out []*original) {
	t.Helper()
	dir := newModule(t, root)
	write(t, filepath.Join(dir, "alike", "topology.go"), alikeTopology)
	committed := map[string]string{}
	for _, p := range readCorpus(t, root) {
		if strings.Contains(p.Path, "testdata") {
			continue
		}
		_, files := sourceOf(p)
		for base, text := range files {
			write(t, filepath.Join(dir, filepath.Base(p.Dir), base), text)
		}
		if p.Name != "main" {
			committed[filepath.Base(p.Dir)] = p.Path
		}
	}
	r, err := load.Load(context.Background(), load.Options{Dir: dir, Patterns: []string{"./..."}, Env: append(os.Environ(), offline...)}, build.Helpers)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Errorf("%s: %s", r.Fset.Position(p.Pos), p.Message)
	}
	known := imports{}
	for _, pkg := range r.Packages {
		known.add(pkg.Types)
	}
	for _, pkg := range r.Roots {
		var diags diag.List
		p := build.Program(r, pkg, &diags)
		for _, d := range diags.Sorted() {
			if d.Severity == diag.Error {
				t.Error(d.Text(dir, nil))
			}
		}
		o := &original{name: filepath.Base(p.Dir), path: committed[filepath.Base(p.Dir)], imports: known}
		o.file, o.text = sourceOf(p)
		for _, top := range p.Topologies {
			o.tops = append(o.tops, originalTopology{top.Name, histories(top, 6)})
		}
		out = append(out, o)
	}
	return out
}

// rewritesPerVariant is large because a variant costs the build of a package, which takes
// far longer than a rewrite; and what stands on top of each other is more than its parts.
const rewritesPerVariant = 18

// draw makes one variant.
func draw(t *testing.T, o *original, seed int) *variant {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(seed), uint64(len(o.name))<<8+uint64(o.name[0])))
	v := &variant{name: fmt.Sprintf("%s%d", o.name, seed), of: o, text: o.text}
	kinds := sortedKeys(rewrites)
	for range 2 { // what hoists functions and values finds a place less often, and fails more
		kinds = append(kinds, "capture", "maker", "method", "order", "through", "twice", "wrapper")
	}
	// These need literals as they were written, which the others take away.
	first := []string{"capture", "capture", "function", "literal", "maker", "maker", "maker", "method", "through", "through", "twice", "twice", "twice", "wrapper", "wrapper"}
	rng.Shuffle(len(first), func(i, j int) { first[i], first[j] = first[j], first[i] })
	for tries := 0; len(v.made) < rewritesPerVariant && tries < 150; tries++ {
		w := rewrite{kinds[rng.IntN(len(kinds))], rng.Uint64()}
		if tries < len(first) {
			w.kind = first[tries]
		}
		if w.kind == "body" && len(v.made) < rewritesPerVariant/2 {
			continue // what is in a helper is rewritten, but calls are then one level deep
		}
		if text := apply(o, v.text, w, len(v.made)); text != nil {
			v.text, v.made = text, append(v.made, w)
		}
	}
	return v
}

// apply makes one rewrite, nil when there is no place for it or when the result would not
// compile (a constant that becomes a variable where Go wants a constant).
func apply(o *original, text map[string]string, w rewrite, n int) map[string]string {
	s, err := check(o.imports, rewrittenModule+"/"+o.name, o.file, text)
	if err != nil {
		return nil
	}
	r := &rewriter{source: s, rng: rand.New(rand.NewPCG(w.seed, 7)), tag: string(rune('A' + n))}
	if !rewrites[w.kind](r) {
		return nil
	}
	out, err := r.finish()
	if err != nil {
		return nil
	}
	changed := map[string]string{}
	for base, src := range text {
		changed[base] = src
	}
	changed[o.file] = out
	if _, err := check(o.imports, rewrittenModule+"/"+o.name, o.file, changed); err != nil {
		return nil
	}
	return changed
}

// shrunk drops rewrites one by one while something is wrong with the rest.
func shrunk(t *testing.T, root string, v *variant, text string) (*variant, string) {
	t.Helper()
	for i := len(v.made) - 1; i >= 0; i-- {
		less := &variant{name: v.name, of: v.of, text: v.of.text, made: slices.Delete(slices.Clone(v.made), i, i+1)}
		ok := true
		for n, w := range less.made {
			next := apply(v.of, less.text, w, n)
			if ok = next != nil; !ok {
				break
			}
			less.text = next
		}
		if !ok {
			continue
		}
		if wrong, _ := judge(t, root, []*variant{less}); wrong[less.name] != "" {
			v, text = less, wrong[less.name]
		}
	}
	return v, text
}
