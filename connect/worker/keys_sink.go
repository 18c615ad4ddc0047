package worker

import "github.com/streamgen/streamgen/connect/config"

// sinkKeys are those of sink connectors alone: SinkConnectorConfig.
var sinkKeys = []config.Key{
	{Name: "topics", Type: config.List, Default: []string{}, Group: "Common", Order: 4, Width: config.WidthLong, DisplayName: "Topics",
		Doc: "List of topics to consume, separated by commas"},
	{Name: "topics.regex", Default: "", Group: "Common", Order: 4, Width: config.WidthLong, DisplayName: "Topics regex",
		Doc: "Regular expression giving topics to consume. Under the hood, the regex is compiled to a <code>java.util.regex.Pattern</code>. Only one of topics or " +
			"topics.regex should be specified."},
	{Name: "errors.deadletterqueue.topic.name", Default: "", Importance: config.Medium, Group: "Error Handling", Order: 6, Width: config.WidthMedium, DisplayName: "Dead Letter Queue Topic Name",
		Doc: "The name of the topic to be used as the dead letter queue (DLQ) for messages that result in an error when processed by this sink connector, or its " +
			"transformations or converters. The topic name is blank by default, which means that no messages are to be recorded in the DLQ."},
	{Name: "errors.deadletterqueue.topic.replication.factor", Type: config.Short, Default: int16(3), Importance: config.Medium, Group: "Error Handling", Order: 7, Width: config.WidthMedium, DisplayName: "Dead Letter Queue Topic Replication Factor",
		Doc: "Replication factor used to create the dead letter queue topic when it doesn't already exist."},
	{Name: "errors.deadletterqueue.context.headers.enable", Type: config.Boolean, Default: false, Importance: config.Medium, Group: "Error Handling", Order: 8, Width: config.WidthMedium, DisplayName: "Enable Error Context Headers",
		Doc: "If true, add headers containing error context to the messages written to the dead letter queue. To avoid clashing with headers from the original " +
			"record, all error context header keys, all error context header keys will start with <code>__connect.errors.</code>"},
}
