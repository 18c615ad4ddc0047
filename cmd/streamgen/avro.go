package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/types"
	"io"
	"os"

	"github.com/streamgen/streamgen/codegen/avroshape"
	"github.com/streamgen/streamgen/codegen/load"
)

const avroHelp = `Usage: streamgen avro struct [-package NAME] FILE.avsc
       streamgen avro schema PACKAGE TYPE

struct prints Go types for the schema in a file, with the method AvroSchema by which dsl.Avro[T] takes that schema. schema
prints the schema that dsl.Avro[TYPE] writes with.

`

// runAvro prints Go types of schemas and schemas of Go types.
func runAvro(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch args[0] {
		case "struct":
			return avroStruct(args[1:], stdout, stderr)
		case "schema":
			return avroSchema(args[1:], stdout, stderr)
		case "-h", "-help", "--help":
			fmt.Fprint(stderr, avroHelp)
			return exitOK
		}
	}
	fmt.Fprint(stderr, avroHelp)
	return exitFailure
}

func avroStruct(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("avro struct", flag.ContinueOnError)
	flags.SetOutput(stderr)
	pkg := flags.String("package", "main", "`name` of the package")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitFailure
	case flags.NArg() != 1:
		fmt.Fprint(stderr, avroHelp)
		return exitFailure
	}
	text, err := os.ReadFile(flags.Arg(0))
	if err == nil {
		text, err = avroshape.Source(*pkg, string(text))
	}
	if err != nil {
		fmt.Fprintf(stderr, "streamgen avro: %s: %v\n", flags.Arg(0), err)
		return exitFailure
	}
	stdout.Write(text)
	return exitOK
}

func avroSchema(args []string, stdout, stderr io.Writer) int {
	fail := func(err error) int {
		fmt.Fprintln(stderr, "streamgen avro:", err)
		return exitFailure
	}
	if len(args) != 2 {
		fmt.Fprint(stderr, avroHelp)
		return exitFailure
	}
	loaded, err := load.Load(context.Background(), load.Options{Patterns: args[:1]}, func(*load.Result) []string { return nil })
	if err != nil {
		return fail(err)
	}
	for _, pkg := range loaded.Roots {
		named, ok := pkg.Types.Scope().Lookup(args[1]).(*types.TypeName)
		if !ok {
			continue
		}
		_, text, err := avroshape.Of(named.Type(), pkg)
		if err != nil {
			return fail(err)
		}
		fmt.Fprintln(stdout, text)
		return exitOK
	}
	return fail(fmt.Errorf("the package %s has no type %s", args[0], args[1]))
}
