package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
)

var (
	qualified  = regexp.MustCompile(`[^\s\[\]{}()*,;<>]+`)
	localIndex = regexp.MustCompile(`·\d+`)
	spaces     = regexp.MustCompile(`\s+`)
)

// TypeName is the text under which a Go type appears in a graph, without packages:
// reflection and go/types spell import paths, package main and aliases differently, and
// the recorded graph must equal the compiled one. "example.com/app.Flight" gives
// "Flight", "map[string][]byte" gives "map[string][]uint8".
func TypeName(t string) string {
	switch t { // most of them
	case "", "string", "int64", "[]uint8":
		return t
	}
	t = localIndex.ReplaceAllString(t, "")
	t = strings.ReplaceAll(t, "interface {}", "any")
	t = strings.ReplaceAll(t, "interface{}", "any")
	t = qualified.ReplaceAllStringFunc(t, func(s string) string {
		s = s[strings.LastIndexAny(s, "./")+1:]
		switch s {
		case "byte":
			return "uint8"
		case "rune":
			return "int32"
		}
		return s
	})
	return spaces.ReplaceAllString(t, "")
}

// String prints everything that was said, one node or store a line; a graph recorded and
// one compiled from the same source print alike, but for topics that are not constants.
func (g *Graph) String() string { return g.text(true) }

// Structure prints what must not change under generated code: operators, forms, names,
// types, codecs and stores, but no topics, window arithmetic or dead-letter topics, which
// may come from configuration.
func (g *Graph) Structure() string { return g.text(false) }

// Hash is a short hash of Structure.
func (g *Graph) Hash() string {
	sum := sha256.Sum256([]byte(g.Structure()))
	return hex.EncodeToString(sum[:8])
}

func (g *Graph) text(options bool) string {
	var b strings.Builder
	for _, n := range g.Nodes {
		g.node(&b, n, options)
	}
	for i, s := range g.Stores {
		fmt.Fprintf(&b, "store %d %s %q %s -> %s", i, s.Kind, s.Name, TypeName(s.KeyType), TypeName(s.ValType))
		codecs(&b, "codecs", s.Key, s.Val)
		flag(&b, s.Timestamped, "timestamped")
		flag(&b, s.Global, "global")
		flag(&b, s.NoChangelog, "no-changelog")
		flag(&b, s.Optional, "optional")
		flag(&b, s.InMemory, "in-memory")
		flag(&b, s.Duplicates, "duplicates")
		flag(&b, s.Unmatched, "unmatched")
		if options && s.Kind == Window {
			fmt.Fprintf(&b, " size=%d advance=%d grace=%d retention=%d", s.Size, s.Advance, s.Grace, s.Retention)
		}
		if options && s.Kind == Session {
			fmt.Fprintf(&b, " gap=%d grace=%d retention=%d", s.Gap, s.Grace, s.Retention)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (g *Graph) node(b *strings.Builder, n *Node, options bool) {
	fmt.Fprintf(b, "%d %s", n.ID, n.Op)
	if n.Form != Plain {
		fmt.Fprintf(b, "/%s", n.Form)
	}
	for i, p := range n.In {
		fmt.Fprintf(b, "%c%d", " ,"[min(i, 1)], p)
	}
	if n.Name != "" {
		fmt.Fprintf(b, " name=%q", n.Name)
	}
	if options && n.Topic != "" {
		fmt.Fprintf(b, " topic=%q", n.Topic)
		for _, t := range n.More {
			fmt.Fprintf(b, ",%q", t)
		}
	}
	if n.Pattern != "" {
		b.WriteString(" pattern")
		if options {
			fmt.Fprintf(b, "=%q", n.Pattern)
		}
	}
	if len(n.More) > 0 {
		fmt.Fprintf(b, " topics=%d", 1+len(n.More))
	}
	if n.KeyType != "" || n.ValType != "" {
		fmt.Fprintf(b, " %s -> %s", TypeName(n.KeyType), TypeName(n.ValType))
	}
	codecs(b, "codecs", n.Key, n.Val)
	if n.Times != RecordTime {
		fmt.Fprintf(b, " timestamps=%s", string(n.Times))
	}
	flag(b, n.Not, "not")
	flag(b, n.Rest, "rest")
	flag(b, n.Routed, "routed")
	flag(b, n.Placed, "placed")
	if options && n.Partitions != 0 {
		fmt.Fprintf(b, " partitions=%d", n.Partitions)
	}
	if options && n.Label != "" {
		fmt.Fprintf(b, " label=%q", n.Label)
	}
	if n.GroupName != "" {
		fmt.Fprintf(b, " group=%q", n.GroupName)
	}
	codecs(b, "group-codecs", n.GroupKey, n.GroupVal)
	if n.Store >= 0 {
		fmt.Fprintf(b, " store=%d", n.Store)
	}
	if len(n.Stores) > 0 {
		fmt.Fprintf(b, " stores=%v", n.Stores)
	}
	if len(n.ReadOnly) > 0 {
		fmt.Fprintf(b, " reads=%v", n.ReadOnly)
	}
	if n.Global >= 0 {
		fmt.Fprintf(b, " table=%d", n.Global)
	}
	if options && streamJoin(n.Op) {
		fmt.Fprintf(b, " within=%d/%d grace=%d", n.Within.Before, n.Within.After, n.Within.Grace)
	}
	flag(b, n.Windowed, "windowed")
	flag(b, n.Sessions, "sessions")
	flag(b, n.EmitEvery, "emit-every-update")
	flag(b, n.OnClose, "emit-on-close")
	if n.OnError != "" {
		fmt.Fprintf(b, " on-error=%s", n.OnError)
		if options && n.DeadLetter != "" {
			fmt.Fprintf(b, "(%q)", n.DeadLetter)
		}
	}
	b.WriteByte('\n')
}

func codecs(b *strings.Builder, label string, key, val Codec) {
	if key != "" || val != "" {
		fmt.Fprintf(b, " %s=(%s,%s)", label, TypeName(string(key)), TypeName(string(val)))
	}
}

func flag(b *strings.Builder, on bool, text string) {
	if on {
		b.WriteString(" " + text)
	}
}
