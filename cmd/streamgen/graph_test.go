package main

import (
	"bytes"
	"encoding/xml"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/golden"
	"golang.org/x/tools/txtar"
)

// shown is a module with the topologies of testdata/show.txtar.
func shown(t *testing.T) string {
	t.Helper()
	ar, err := txtar.ParseFile("testdata/show.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := appModule(t, "example.com/app")
	for _, f := range ar.Files {
		put(t, filepath.Join(dir, f.Name), string(f.Data))
	}
	return dir
}

// output runs a command that must succeed and be silent on standard error.
func output(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(args, &stdout, &stderr); code != exitOK || stderr.Len() > 0 {
		t.Fatalf("%v: exit code %d\n%s", args, code, &stderr)
	}
	return stdout.String()
}

func TestExplainAndGraph(t *testing.T) {
	dir := shown(t)
	golden.Assert(t, "testdata/show/explain.txt", output(t, "explain", "-C", dir))
	golden.Assert(t, "testdata/show/acl.txt", output(t, "explain", "-C", dir, "-acl", "-application-id", "shop", "-principal", "User:shop", "-bootstrap-server", "broker:9092"))
	golden.Assert(t, "testdata/show/graph.mmd", output(t, "graph", "-C", dir))
	svg := output(t, "graph", "-C", dir, "-format", "svg")
	golden.Assert(t, "testdata/show/graph.svg", svg)
	checkDrawing(t, svg)
	one := output(t, "graph", "-C", dir, "-format", "svg", "-topology", "Copy")
	checkDrawing(t, one)
	if strings.Contains(one, "large-orders") {
		t.Error("-topology Copy draws others too")
	}
	page := output(t, "graph", "-C", dir, "-format", "html", "-topology", "Orders")
	for _, want := range []string{"<svg ", "<h2>Orders</h2>", "&lt;application.id&gt;-counts-changelog"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, bad := range []string{"http-equiv", "<script", "src=", "<link", "@import"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page asks for more than itself: %s", bad)
		}
	}
	var stdout, stderr bytes.Buffer
	if code := run([]string{"graph", "-C", dir, "-topology", "Order"}, &stdout, &stderr); code != exitFailure || !strings.Contains(stderr.String(), "there are: Orders, Copy, Everything, Loose") {
		t.Errorf("exit code %d, %s", code, &stderr)
	}
	stderr.Reset()
	if code := run([]string{"graph", "-C", dir, "-format", "png"}, &stdout, &stderr); code != exitFailure || !strings.Contains(stderr.String(), "it is mermaid, svg or html") {
		t.Errorf("exit code %d, %s", code, &stderr)
	}
}

// checkDrawing demands that a drawing is XML, that its shapes lie inside of it and that no
// two of them overlap.
func checkDrawing(t *testing.T, svg string) {
	t.Helper()
	type rect struct {
		Class string  `xml:"class,attr"`
		X     float64 `xml:"x,attr"`
		Y     float64 `xml:"y,attr"`
		W     float64 `xml:"width,attr"`
		H     float64 `xml:"height,attr"`
	}
	var doc struct {
		W float64 `xml:"width,attr"`
		H float64 `xml:"height,attr"`
		G []struct {
			G struct {
				Rects []rect `xml:"rect"`
			} `xml:"g"`
		} `xml:"g"`
	}
	if err := xml.Unmarshal([]byte(svg), &doc); err != nil {
		t.Fatal(err)
	}
	shapes := 0
	for _, g := range doc.G {
		for i, a := range g.G.Rects {
			if a.X < 0 || a.Y < 0 || a.X+a.W > doc.W || a.Y+a.H > doc.H {
				t.Errorf("%+v lies outside of %.0f × %.0f", a, doc.W, doc.H)
			}
			for _, b := range g.G.Rects[i+1:] {
				if a.Class != "g" && b.Class != "g" && a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
					t.Errorf("%+v and %+v overlap", a, b)
				}
			}
			shapes++
		}
	}
	if shapes == 0 {
		t.Error("the drawing is empty")
	}
}
