package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/graph"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl/plain"
)

// guarded needs every kind of right: input, output, dead letters, a repartition, a changelog.
func guarded(b *dsl.Builder) {
	b.Stream("words", dsl.String(), dsl.String()).
		TryFilter(func(_, word string) (bool, error) {
			if word == "bad" {
				return false, errors.New("a bad word")
			}
			return true, nil
		}, dsl.OnError(dsl.DeadLetter("dead"))).
		GroupBy(func(_, word string) string { return word }, dsl.String(), dsl.String()).
		Count(dsl.Name("counts"), dsl.EmitEveryUpdate()).
		ToStream().
		To("counted", dsl.String(), dsl.Int64())
}

// rights are those of an application, as `streamgen explain -acl` prints them.
func rights(t *testing.T, topology func(*dsl.Builder), app string, g rt.Guarantee) []graph.Access {
	t.Helper()
	recorded, err := dsl.Record(topology)
	if err != nil {
		t.Fatal(err)
	}
	r, err := graph.Resolve(recorded)
	if err != nil {
		t.Fatal(err)
	}
	return r.Accesses(app, g == rt.ExactlyOnce)
}

var operations = map[string]kmsg.ACLOperation{"Read": kmsg.ACLOperationRead, "Write": kmsg.ACLOperationWrite, "Create": kmsg.ACLOperationCreate, "Delete": kmsg.ACLOperationDelete}
var resources = map[string]kmsg.ACLResourceType{"topic": kmsg.ACLResourceTypeTopic, "group": kmsg.ACLResourceTypeGroup, "transactional-id": kmsg.ACLResourceTypeTransactionalId}

// The printed set of rights is enough for a life with a restart from the changelog, and each
// of them is needed.
func TestRightsAreEnoughAndNoneTooMany(t *testing.T) {
	for _, g := range guarantees {
		list := rights(t, guarded, "app", g)
		t.Run(string(g)+"/all", func(t *testing.T) {
			t.Parallel()
			if err := lifeWith(t, g, list); err != nil {
				t.Error(err)
			}
		})
		if g == rt.AtLeastOnce && testing.Short() {
			continue
		}
		for i, a := range list {
			without := append(append([]graph.Access{}, list[:i]...), list[i+1:]...)
			t.Run(fmt.Sprintf("%s/without %s %s %s", g, a.Operation, a.Resource, a.Name), func(t *testing.T) {
				t.Parallel()
				err := lifeWith(t, g, without)
				if err == nil {
					t.Error("it did without")
				} else if s := err.Error(); !strings.Contains(s, "AUTHORIZATION_FAILED") {
					t.Errorf("it failed for another reason: %v", err)
				}
			})
		}
	}
}

// lifeWith runs the application with these rights: records, a purge, a restart without its
// disk, more records. It returns what went wrong.
func lifeWith(t *testing.T, g rt.Guarantee, list []graph.Access) error {
	var acls []kfake.ACL
	for _, a := range list {
		acl := kfake.ACL{Resource: resources[a.Resource], Name: a.Name, Pattern: kmsg.ACLResourcePatternTypeLiteral, Operation: operations[a.Operation], Allow: true}
		if a.Prefixed {
			acl.Pattern = kmsg.ACLResourcePatternTypePrefixed
		}
		acls = append(acls, acl)
	}
	b, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.EnableSASL(), kfake.EnableACLs(), kfake.Superuser("PLAIN", "admin", "secret"),
		kfake.User("PLAIN", "app", "secret", acls...), kfake.SeedTopics(1, "words", "counted", "dead"), kfake.GroupMinSessionTimeout(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	admin, err := kgo.NewClient(kgo.SeedBrokers(b.ListenAddrs()...), kgo.SASL(plain.Auth{User: "admin", Pass: "secret"}.AsMechanism()))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	return (&cluster{t: t, addr: b.ListenAddrs()[0], cl: admin}).guardedLife("app", g)
}

// guardedLife runs two instances, one after the other, each until its outputs are there.
func (c *cluster) guardedLife(app string, g rt.Guarantee) error {
	for range 2 {
		if err := c.guardedInstance(app, g); err != nil {
			return err
		}
	}
	return nil
}

func (c *cluster) guardedInstance(id string, g rt.Guarantee) error {
	cfg := c.config(id, g, c.t.TempDir())
	var logged journal
	cfg.Logger = slog.New(slog.NewTextHandler(&logged, nil))
	cfg.RepartitionPurgeInterval = time.Millisecond
	cfg.CommitInterval = 10 * time.Millisecond
	cfg.Security = rt.Security{Protocol: "SASL_PLAINTEXT", Mechanism: "PLAIN", Username: "app", Password: "secret"}
	app, err := rt.New(rt.InterpretPlain(guarded), cfg)
	if err != nil {
		c.t.Fatal(err)
	}
	before := c.settled("counted", "dead")
	if err := app.Start(c.t.Context()); err != nil {
		return err
	}
	defer app.Close(patience)
	c.produce("words", "a", "bad", "b", "a")
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		select {
		case <-app.Done():
			return app.Close(0)
		case <-deadline:
			return fmt.Errorf("nothing for %v; log:\n%s", patience, logged.String())
		case <-tick.C:
		}
		if s := logged.String(); strings.Contains(s, "cannot be deleted") { // which the application survives
			return errors.New(s)
		}
		if now := c.settled("counted", "dead"); now[0] >= before[0]+3 && now[1] > before[1] && app.Metrics().Purges.Load() > 0 {
			return app.Close(patience)
		}
	}
}

// settled returns the ends of what is committed in partition 0 of topics.
func (c *cluster) settled(topics ...string) []int64 {
	ends, err := kadm.NewClient(c.cl).ListCommittedOffsets(context.Background(), topics...)
	if err != nil {
		c.t.Fatal(err)
	}
	list := make([]int64, len(topics))
	for i, t := range topics {
		list[i] = ends[t][0].Offset
	}
	return list
}
