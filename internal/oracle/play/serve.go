package play

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// Main is the program of a batch of generated topologies. It reads requests from standard
// input, each "play <number> <mode> <kafka>", script lines and "end", and answers each with a result
// and "end", as the Java side does.
func Main(entries []Entry) {
	if err := serve(entries, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(entries []Entry, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	w := bufio.NewWriter(out)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) != 4 {
			return fmt.Errorf("request %q: want play <number> <mode> <kafka>", lines.Text())
		}
		n, err := strconv.Atoi(f[1])
		if err != nil || n < 0 || n >= len(entries) {
			return fmt.Errorf("request %q: there are %d topologies", lines.Text(), len(entries))
		}
		var script []form.Step
		for lines.Scan() && lines.Text() != "end" {
			s, err := form.ParseStep(lines.Text())
			if err != nil {
				return err
			}
			script = append(script, s)
		}
		w.WriteString(Run(entries[n].Build(f[2]), script, f[3] == "true") + "end\n")
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return lines.Err()
}
