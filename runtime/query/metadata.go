package query

// Task names a task: the sub-topology's number in Kafka Streams' description, and the partition.
// A plain value, safe for concurrent use.
type Task struct {
	Sub       int   `json:"subtopology"`
	Partition int32 `json:"partition"`
}

// Instance is one process of the application, as the newest assignment of the group says: Kafka
// Streams' StreamsMetadata. A plain value, safe for concurrent use while nobody changes it.
type Instance struct {
	Process  string   `json:"process"`
	Endpoint string   `json:"endpoint,omitzero"` // its application.server; empty when it cannot be asked
	Self     bool     `json:"self,omitzero"`
	Active   []Task   `json:"active,omitzero"`
	Standby  []Task   `json:"standby,omitzero"`
	Stores   []string `json:"stores,omitzero"` // of the active tasks, and the global ones
}

// KeyMetadata says where a key is: Kafka Streams' KeyQueryMetadata. A plain value, safe for
// concurrent use while nobody changes it.
type KeyMetadata struct {
	// Partition is -1 where the key does not tell it: in a global table, in a store that
	// processors hold, and behind a partitioner of the user's. Then Active is what there is at
	// all.
	Partition int32 `json:"partition"`
	// Likely says that others write the topic, and are taken to use Kafka's default partitioner.
	Likely  bool       `json:"likely,omitzero"`
	Active  []Instance `json:"active,omitzero"`
	Standby []Instance `json:"standby,omitzero"`
}
