package killtest

import (
	"fmt"
	"time"

	"github.com/streamgen/streamgen/internal/clicks/judge"
)

// Report says what a run was like. A plain value.
type Report struct {
	Kills    int   // SIGKILLs after new committed output
	Early    int   // further SIGKILLs, while the process was starting or restoring
	Stops    int   // clean ones between the kills
	Open     int   // of all SIGKILLs, those that left a transaction open
	Starts   int   // of processes
	Records  int64 // fed
	AfterAll int64 // of those, fed after the last kill
	Dumps    int   // stores read from disk
	Rows     int   // in those
	// Troubles of a soak by name, and Full, how many processes a full disk ended.
	Troubles map[string]int
	Full     int
	Elapsed  time.Duration
	// Differences from the truth; exactly once means none.
	Differences judge.Differences
}

// String is the report in two lines, without the differences.
func (r Report) String() string {
	soak := ""
	if len(r.Troubles) > 0 {
		soak = fmt.Sprintf("\ntroubles %v, %d processes ended by a full disk", r.Troubles, r.Full)
	}
	return fmt.Sprintf("%d kills (+%d early), %d left a transaction open, %d clean stops, %d starts, %d records (%d after the last kill)\n"+
		"%d stores with %d rows read from disk, %v, %d differences",
		r.Kills, r.Early, r.Open, r.Stops, r.Starts, r.Records, r.AfterAll, r.Dumps, r.Rows, r.Elapsed.Round(100*time.Millisecond), len(r.Differences)) + soak
}
