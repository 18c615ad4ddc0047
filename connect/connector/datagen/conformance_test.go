package datagen_test

import (
	"context"
	"testing"

	"github.com/streamgen/streamgen/connect/conformance"
	"github.com/streamgen/streamgen/connect/connector/datagen"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// none has no offsets.
type none struct{ ctx context.Context }

func (n none) Context() context.Context                                        { return n.ctx }
func (none) Connector() string                                                 { return "c" }
func (none) Task() int                                                         { return 0 }
func (n none) Offsets() plugin.OffsetReader                                    { return n }
func (none) Transaction() plugin.TransactionContext                            { return nil }
func (none) Reporter() plugin.ErrantRecordReporter                             { return nil }
func (none) Offset(context.Context, *plugin.Partition) (map[string]any, error) { return nil, nil }

// Every kind is the same on each run, and valid by its schema.
func TestSourceConformance(t *testing.T) {
	for _, kind := range []string{"orders", "users", "clicks"} {
		t.Run(kind, func(t *testing.T) {
			props := map[string]string{"topic": "t", "quickstart": kind, "iterations": "9", "batch.size": "4"}
			task := datagen.New().(plugin.SourceConnector).NewTask()
			if err := task.Start(none{t.Context()}, props); err != nil {
				t.Fatal(err)
			}
			var want []string
			for len(want) < 9 {
				records, err := task.Poll(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range records {
					if err := r.Value.(*data.Struct).Validate(); err != nil {
						t.Error(err)
					}
					want = append(want, data.Text(r.Value))
				}
			}
			conformance.Source{New: datagen.New, Props: props, Want: want}.Test(t)
		})
	}
}
