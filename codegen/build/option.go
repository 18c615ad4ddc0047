package build

import (
	"go/ast"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// option is one option as written.
type option struct {
	call  *ast.CallExpr
	frame *frame
	apply func(o *options)
}

// options is what the options of one operator add up to; later ones win, as in dsl.
type options struct {
	f    *frame
	rest []ast.Expr // not read yet: options come after the other arguments

	name, store         string
	nameAt, storeAt     *ast.CallExpr
	emitEvery, onClose  *ast.CallExpr
	inMemory, untimed   *ast.CallExpr
	onError, deadLetter string
	onErrorAt           *ast.CallExpr
	deadLetterExpr      *topo.Syntax
	keyCodec, valCodec  *topo.Codec
	codecsAt            *ast.CallExpr
	codecsFrame         *frame
	placer              *topo.Func
	placedAt            *ast.CallExpr
	partitions          int32
	partitionsAt        *ast.CallExpr
	times               graph.Times
	timer               *topo.Func
	timesAt             *ast.CallExpr
}

// read evaluates the options; every operator calls it after its other arguments.
func (o *options) read() *options {
	if o == nil {
		return &options{}
	}
	for _, x := range o.rest {
		for _, opt := range o.f.optionsOf(x) {
			opt.apply(o)
		}
	}
	o.rest = nil
	return o
}

// optionsOf reads an argument that holds options; an option that was never set has none.
func (f *frame) optionsOf(x ast.Expr) optionList {
	switch v := f.eval(x).(type) {
	case optionList:
		return v
	case null, bad:
	default:
		f.r.diags.Report(diag.OpaqueOption, f.r.span(x), "the compiler cannot see which option %s is", types.ExprString(x)).
			Note(diag.Span{}, "call the option's function here or in a variable: dsl.Name(\"…\")")
	}
	return nil
}

func (o *options) storeName() string {
	if o.store != "" {
		return o.store
	}
	return o.name
}

// keep gives a store what the options say about how it is kept, as dsl's function of that name.
func (o *options) keep(s *graph.Store) *graph.Store {
	s.InMemory = o.inMemory != nil
	s.Timestamped = s.Timestamped && o.untimed == nil
	return s
}

// give writes what dsl's builder writes for any operator.
func (o *options) give(n *topo.Node) {
	g := n.Graph
	g.Name = o.name
	g.EmitEvery, g.OnClose = o.emitEvery != nil, o.onClose != nil
	g.OnError, g.DeadLetter = o.onError, o.deadLetter
	n.DeadLetter = o.deadLetterExpr
}

// optionSlice reads []dsl.Option{…}.
func (f *frame) optionSlice(x *ast.CompositeLit) (value, bool) {
	s, ok := f.typeOf(x).Underlying().(*types.Slice)
	if !ok {
		return nil, false
	}
	if _, name, _ := dslType(s.Elem()); name != typeOption {
		return nil, false
	}
	list := optionList{}
	for _, e := range x.Elts {
		if _, ok := e.(*ast.KeyValueExpr); ok {
			f.r.diags.Report(diag.OpaqueOption, f.r.span(e), "the option has an index, which the compiler does not read").
				Note(diag.Span{}, "write the options one after the other, without indices: later ones win")
			return bad{}, true
		}
		list = append(list, f.optionsOf(e)...)
	}
	return list, true
}

// optionFuncs reads the functions of dsl that make options and policies.
var optionFuncs map[string]func(f *frame, x *ast.CallExpr) value

func init() {
	optionFuncs = map[string]func(f *frame, x *ast.CallExpr) value{
		"Name":                               nameOption(func(o *options, name string, x *ast.CallExpr) { o.name, o.nameAt = name, x }),
		"Store":                              nameOption(func(o *options, name string, x *ast.CallExpr) { o.store, o.storeAt = name, x }),
		"EmitEveryUpdate":                    callOption(func(o *options, x *ast.CallExpr) { o.emitEvery = x }),
		"EmitOnClose":                        callOption(func(o *options, x *ast.CallExpr) { o.onClose = x }),
		"InMemory":                           callOption(func(o *options, x *ast.CallExpr) { o.inMemory = x }),
		"WithoutTimestamps":                  callOption(func(o *options, x *ast.CallExpr) { o.untimed = x }),
		"Codecs":                             codecsOption,
		"OnError":                            onErrorOption,
		"Partitioner":                        partitionerOption,
		"Partitions":                         partitionsOption,
		"TimestampExtractor":                 extractorOption,
		"WallclockTimestamp":                 timesOption(graph.WallClockTime),
		"FailOnInvalidTimestamp":             timesOption(graph.FailTime),
		"LogAndSkipOnInvalidTimestamp":       timesOption(graph.LogTime),
		"UsePartitionTimeOnInvalidTimestamp": timesOption(graph.PartitionTime),
		"Fail":                               func(*frame, *ast.CallExpr) value { return policyValue{action: "fail"} },
		"Skip":                               func(*frame, *ast.CallExpr) value { return policyValue{action: "skip"} },
		"DeadLetter":                         deadLetter,
	}
}

func nameOption(set func(o *options, name string, x *ast.CallExpr)) func(f *frame, x *ast.CallExpr) value {
	return func(f *frame, x *ast.CallExpr) value {
		name, ok := f.name(x.Args[0])
		if !ok {
			return bad{}
		}
		return optionList{{call: x, frame: f, apply: func(o *options) { set(o, name, x) }}}
	}
}

// name reads a name, which must be a constant: it is the identity of state.
func (f *frame) name(x ast.Expr) (string, bool) {
	d, ok := f.eval(x).(data)
	if !ok {
		return "", false
	}
	s, ok := text(d.konst)
	if !ok {
		f.r.diags.Report(diag.DynamicName, f.r.span(x), "the name %s is computed at run time; names of operators and stores are constants", types.ExprString(x)).
			Note(diag.Span{}, "a name is the identity of state and internal topics: if it changed between two starts, the state would be lost; write a string constant")
	}
	return s, ok
}

// callOption is an option without arguments.
func callOption(set func(o *options, x *ast.CallExpr)) func(f *frame, x *ast.CallExpr) value {
	return func(f *frame, x *ast.CallExpr) value {
		return optionList{{call: x, frame: f, apply: func(o *options) { set(o, x) }}}
	}
}

func codecsOption(f *frame, x *ast.CallExpr) value {
	key, val := f.codecArg(x.Args[0]), f.codecArg(x.Args[1])
	return optionList{{call: x, frame: f, apply: func(o *options) {
		o.keyCodec, o.valCodec, o.codecsAt, o.codecsFrame = key, val, x, f
	}}}
}

func onErrorOption(f *frame, x *ast.CallExpr) value {
	v := f.eval(x.Args[0])
	p, ok := v.(policyValue)
	if !ok {
		if _, reported := v.(bad); !reported && !f.invalid(x.Args[0]) {
			f.r.diags.Report(diag.OpaqueOption, f.r.span(x.Args[0]), "the compiler cannot see which policy %s is", types.ExprString(x.Args[0])).
				Note(diag.Span{}, "write dsl.Fail(), dsl.Skip() or dsl.DeadLetter(\"topic\") here or in a variable")
		}
		return bad{}
	}
	return optionList{{call: x, frame: f, apply: func(o *options) {
		o.onError, o.onErrorAt, o.deadLetter, o.deadLetterExpr = p.action, x, "", nil
		if p.action == "dead-letter" {
			o.deadLetter, o.deadLetterExpr = f.topicOf(p.topic)
		}
	}}}
}

func deadLetter(f *frame, x *ast.CallExpr) value {
	d, ok := f.eval(x.Args[0]).(data)
	if !ok {
		return bad{}
	}
	if s, ok := text(d.konst); ok {
		f.checkTopic(x.Args[0], s, "dsl.DeadLetter")
	}
	return policyValue{action: "dead-letter", topic: d}
}
