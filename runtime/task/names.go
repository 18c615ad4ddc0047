package task

import "github.com/streamgen/streamgen/runtime/gen"

// ChangelogTopic is the topic that keeps a store: <application.id>-<store>-changelog.
func ChangelogTopic(applicationID, store string) string {
	return applicationID + "-" + store + "-changelog"
}

// RepartitionTopic is the internal topic of that base name: <application.id>-<base>-repartition.
func RepartitionTopic(applicationID, base string) string {
	return applicationID + "-" + base + "-repartition"
}

// SourceTopic is the name of a source's topic in the cluster.
func SourceTopic(applicationID string, s gen.Source) string {
	if s.Repartition {
		return RepartitionTopic(applicationID, s.Topic)
	}
	return s.Topic
}

// SinkTopic is the name of a sink's topic in the cluster.
func SinkTopic(applicationID string, s gen.SinkSpec) string {
	if s.Repartition {
		return RepartitionTopic(applicationID, s.Topic)
	}
	return s.Topic
}
