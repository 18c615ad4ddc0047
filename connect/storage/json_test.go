package storage

import "testing"

// The orders are those that a Java worker's offset topic shows for the connectors named.
func TestPartitionsHaveJavasOrder(t *testing.T) {
	for _, c := range []struct {
		connector string
		partition map[string]any
		want      string
	}{
		{"mm2-source", map[string]any{"partition": int64(0), "topic": "t", "cluster": "a"}, `["mm2-source",{"cluster":"a","partition":0,"topic":"t"}]`},
		{"mm2-checkpoint", map[string]any{"group": "g", "topic": "t", "partition": int64(0)}, `["mm2-checkpoint",{"partition":0,"topic":"t","group":"g"}]`},
		{"mm2-heartbeat", map[string]any{"targetClusterAlias": "b", "sourceClusterAlias": "a"}, `["mm2-heartbeat",{"sourceClusterAlias":"a","targetClusterAlias":"b"}]`},
		{"jdbc", map[string]any{"table": "c.s.t", "protocol": "1"}, `["jdbc",{"protocol":"1","table":"c.s.t"}]`},
	} {
		if got := OffsetRecord(c.connector, c.partition, nil).Key; got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
	offset := map[string]any{}
	for _, k := range []string{"transaction_id", "ts_sec", "file", "pos", "gtids", "row", "event", "server_id", "snapshot"} {
		offset[k] = int64(1)
	}
	want := `{"transaction_id":1,"ts_sec":1,"file":1,"pos":1,"gtids":1,"row":1,"event":1,"server_id":1,"snapshot":1}`
	if got := string(OffsetRecord("debezium", nil, offset).Value); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
