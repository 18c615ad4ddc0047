//go:build real

package runtime_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/graph"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
)

// guardedBroker starts a broker with users and Kafka's own authorizer.
func guardedBroker(t *testing.T) string {
	t.Helper()
	scripts, dir := "../scripts/kafka", filepath.Join(t.TempDir(), "kafka")
	port := 20000 + os.Getpid()%6000*2
	at := fmt.Sprintf("SASL_PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d", port, port+1)
	props := filepath.Join(t.TempDir(), "guarded.properties")
	if err := os.WriteFile(props, []byte(strings.Join([]string{
		"listeners=" + at, "advertised.listeners=" + at,
		"listener.security.protocol.map=SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
		"inter.broker.listener.name=SASL_PLAINTEXT", "sasl.mechanism.inter.broker.protocol=PLAIN", "sasl.enabled.mechanisms=PLAIN",
		`listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="secret" user_admin="secret" user_app="secret";`,
		"authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:admin;User:ANONYMOUS", "",
	}, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	startIt := exec.Command(filepath.Join(scripts, "start-kafka.sh"), dir, fmt.Sprint(port))
	startIt.Env = append(os.Environ(), "KAFKA_PROPS="+props, "KAFKA_HEAP=512m")
	t.Cleanup(func() { exec.Command(filepath.Join(scripts, "stop-kafka.sh"), dir).Run() })
	if out, err := startIt.CombinedOutput(); err != nil {
		t.Fatalf("the broker does not start: %v\n%s", err, out)
	}
	return fmt.Sprintf("127.0.0.1:%d", port)
}

// Kafka's authorizer agrees with the embedded broker's about the rights that are needed.
func TestRealRightsAreEnoughAndNoneTooMany(t *testing.T) {
	addr := guardedBroker(t)
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.SASL(plain.Auth{User: "admin", Pass: "secret"}.AsMechanism()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	adm := kadm.NewClient(cl)
	if r, err := adm.CreateTopics(t.Context(), 1, 1, nil, "words", "counted", "dead"); err != nil || r.Error() != nil {
		t.Fatal(r, err)
	}
	for i := -1; i < len(rights(t, guarded, "", rt.ExactlyOnce)); i++ {
		app := fmt.Sprintf("app%d", i+1)
		list := rights(t, guarded, app, rt.ExactlyOnce)
		name := "all"
		if i >= 0 {
			name = fmt.Sprintf("without %s %s %s", list[i].Operation, list[i].Resource, list[i].Name)
			list = append(list[:i], list[i+1:]...)
		}
		t.Run(name, func(t *testing.T) {
			grant(t, adm, list)
			err := (&cluster{t: t, addr: addr, cl: cl}).guardedLife(app, rt.ExactlyOnce)
			switch {
			case i < 0 && err != nil:
				t.Error(err)
			case i >= 0 && err == nil:
				t.Error("it did without")
			case i >= 0 && !strings.Contains(err.Error(), "AUTHORIZATION_FAILED"):
				t.Errorf("it failed for another reason: %v", err)
			}
		})
	}
}

// grant gives the application these rights and takes all others away.
func grant(t *testing.T, adm *kadm.Client, list []graph.Access) {
	t.Helper()
	all := kadm.NewACLs().AnyResource().ResourcePatternType(kadm.ACLPatternAny).Operations(kadm.OpAny).Allow("User:app").AllowHosts()
	if _, err := adm.DeleteACLs(context.Background(), all); err != nil {
		t.Fatal(err)
	}
	operations := map[string]kadm.ACLOperation{"Read": kadm.OpRead, "Write": kadm.OpWrite, "Create": kadm.OpCreate, "Delete": kadm.OpDelete}
	for _, a := range list {
		b := kadm.NewACLs().Allow("User:app").AllowHosts("*").Operations(operations[a.Operation]).ResourcePatternType(kadm.ACLPatternLiteral)
		if a.Prefixed {
			b = b.ResourcePatternType(kadm.ACLPatternPrefixed)
		}
		switch a.Resource {
		case "topic":
			b = b.Topics(a.Name)
		case "group":
			b = b.Groups(a.Name)
		default:
			b = b.TransactionalIDs(a.Name)
		}
		made, err := adm.CreateACLs(context.Background(), b)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range made {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
		}
	}
}
