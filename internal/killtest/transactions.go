package killtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/twmb/franz-go/pkg/kadm"
)

// transactions returns what the broker knows of the transactional ids of process i.
func (r *run) transactions(ctx context.Context, i int) (kadm.DescribedTransactions, error) {
	var metadata struct{ ProcessID string }
	b, err := os.ReadFile(filepath.Join(r.stateDir(i), r.application(), "kafka-streams-process-metadata"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil // killed before it had a state folder
	}
	if err = errors.Join(err, json.Unmarshal(b, &metadata)); err != nil {
		return nil, fmt.Errorf("process metadata: %w", err)
	}
	all, err := r.adm.ListTransactions(ctx, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("list of transactions: %w", err)
	}
	var ids []string
	for id := range all {
		if strings.HasPrefix(id, r.application()+"-"+metadata.ProcessID) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	described, err := r.adm.DescribeTransactions(ctx, ids...)
	if err != nil {
		return nil, fmt.Errorf("transactions: %w", err)
	}
	return described, nil
}

// busy says whether process i itself has committed or begun a transaction since its start:
// the broker has one of a later epoch than the process's last life had at its end. Without
// transactions it cannot be known, and output by any process will do.
func (r *run) busy(ctx context.Context, i int) bool {
	if r.Guarantee != "exactly_once_v2" {
		return true
	}
	all, err := r.transactions(ctx, i)
	if err != nil {
		return false
	}
	for id, now := range all {
		last, known := r.last[id]
		if known && now.ProducerID == last.ProducerID && now.ProducerEpoch <= last.ProducerEpoch {
			continue
		}
		switch now.State {
		case "Ongoing", "PrepareCommit", "CompleteCommit":
			return true
		}
	}
	return false
}

// undecided says what the broker has not decided: the partitions whose committed records end
// before the others, and the transactions that are open.
func (r *run) undecided(ctx context.Context) string {
	var lines []string
	all, err := r.adm.ListTopics(ctx)
	if err != nil {
		return err.Error()
	}
	names := slices.DeleteFunc(all.Names(), func(t string) bool { return !strings.HasPrefix(t, r.prefix()) })
	committed, err := r.adm.ListCommittedOffsets(ctx, names...)
	ends, err2 := r.adm.ListEndOffsets(ctx, names...)
	if err = errors.Join(err, err2); err != nil {
		return err.Error()
	}
	ends.Each(func(e kadm.ListedOffset) {
		if c, ok := committed.Lookup(e.Topic, e.Partition); ok && c.Offset < e.Offset {
			lines = append(lines, fmt.Sprintf("%s-%d is decided up to %d of %d", e.Topic, e.Partition, c.Offset, e.Offset))
			var set kadm.TopicsSet
			set.Add(e.Topic, e.Partition)
			producers, err := r.adm.DescribeProducers(ctx, set)
			lines = append(lines, fmt.Sprintf("  its producers: %+v %v", producers, err))
		}
	})
	txns, err := r.adm.ListTransactions(ctx, nil, []string{"Ongoing", "PrepareAbort", "PrepareCommit"})
	if err != nil {
		return err.Error()
	}
	for id, t := range txns {
		lines = append(lines, fmt.Sprintf("%s is %s", id, t.State))
	}
	for _, p := range r.procs {
		if p != nil && !p.dead() {
			p.cmd.Process.Signal(syscall.SIGQUIT) // its log gets what each goroutine does
		}
	}
	return strings.Join(lines, "\n")
}
