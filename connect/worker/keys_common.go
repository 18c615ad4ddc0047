package worker

import "github.com/streamgen/streamgen/connect/config"

// commonKeys are those of every connector: ConnectorConfig. Defaults and recommendations that depend on the worker are
// added by connectorDef.
var commonKeys = []config.Key{
	{Name: "name", Required: true, Validator: config.NoControls, Group: "Common", Order: 1, Width: config.WidthMedium, DisplayName: "Connector name",
		Doc: "Globally unique name to use for this connector."},
	{Name: "connector.class", Required: true, Group: "Common", Order: 2, Width: config.WidthLong, DisplayName: "Connector class",
		Doc: "Name or alias of the class for this connector. Must be a subclass of org.apache.kafka.connect.connector.Connector. If the connector is " +
			"org.apache.kafka.connect.file.FileStreamSinkConnector, you can either specify this full name,  or use \"FileStreamSink\" or \"FileStreamSinkConnector\" to" +
			" make the configuration a bit shorter"},
	{Name: "connector.plugin.version", Importance: config.Medium, Group: "Common", Order: 3, Width: config.WidthMedium, DisplayName: "Connector version",
		Doc: "Version of the connector."},
	{Name: "tasks.max", Type: config.Int, Default: int32(1), Validator: config.AtLeast(1), Group: "Common", Order: 4, Width: config.WidthShort, DisplayName: "Tasks max",
		Doc: "Maximum number of tasks to use for this connector."},
	{Name: "tasks.max.enforce", Type: config.Boolean, Default: true, Importance: config.Low, Group: "Common", Order: 5, Width: config.WidthShort, DisplayName: "Enforce tasks max",
		Doc: "(Deprecated) Whether to enforce that the tasks.max property is respected by the connector. By default, connectors that generate too many tasks will " +
			"fail, and existing sets of tasks that exceed the tasks.max property will also be failed. If this property is set to false, then connectors will be " +
			"allowed to generate more than the maximum number of tasks, and existing sets of tasks that exceed the tasks.max property will be allowed to run. This " +
			"property is deprecated and will be removed in an upcoming major release."},
	{Name: "key.converter", Type: config.Class, Importance: config.Low, Group: "Common", Order: 6, Width: config.WidthShort, DisplayName: "Key converter class",
		Doc: "Converter class used to convert between Kafka Connect format and the serialized form that is written to Kafka. This controls the format of the keys in" +
			" messages written to or read from Kafka, and since this is independent of connectors it allows any connector to work with any serialization format. " +
			"Examples of common formats include JSON and Avro."},
	{Name: "key.converter.plugin.version", Importance: config.Low, Group: "Common", Order: 7, Width: config.WidthShort, DisplayName: "Key converter version",
		Doc: "Version of the key converter."},
	{Name: "value.converter", Type: config.Class, Importance: config.Low, Group: "Common", Order: 8, Width: config.WidthShort, DisplayName: "Value converter class",
		Doc: "Converter class used to convert between Kafka Connect format and the serialized form that is written to Kafka. This controls the format of the values " +
			"in messages written to or read from Kafka, and since this is independent of connectors it allows any connector to work with any serialization format. " +
			"Examples of common formats include JSON and Avro."},
	{Name: "value.converter.plugin.version", Importance: config.Low, Group: "Common", Order: 9, Width: config.WidthShort, DisplayName: "Value converter version",
		Doc: "Version of the value converter."},
	{Name: "header.converter", Type: config.Class, Importance: config.Low, Group: "Common", Order: 10, Width: config.WidthShort, DisplayName: "Header converter class",
		Doc: "HeaderConverter class used to convert between Kafka Connect format and the serialized form that is written to Kafka. This controls the format of the " +
			"header values in messages written to or read from Kafka, and since this is independent of connectors it allows any connector to work with any " +
			"serialization format. Examples of common formats include JSON and Avro. By default, the SimpleHeaderConverter is used to serialize header values to " +
			"strings and deserialize them by inferring the schemas."},
	{Name: "header.converter.plugin.version", Importance: config.Low, Group: "Common", Order: 11, Width: config.WidthShort, DisplayName: "Header converter version",
		Doc: "Version of the header converter."},
	{Name: "transforms", Type: config.List, Default: []string{}, Importance: config.Low, Group: "Transforms", Order: 12, Width: config.WidthLong, DisplayName: "Transforms",
		Doc: "Aliases for the transformations to be applied to records."},
	{Name: "predicates", Type: config.List, Default: []string{}, Importance: config.Low, Group: "Predicates", Order: 13, Width: config.WidthLong, DisplayName: "Predicates",
		Doc: "Aliases for the predicates used by transformations."},
	{Name: "config.action.reload", Default: "restart", Validator: config.OneOf("none", "restart"), Importance: config.Low, Group: "Common", Order: 14, Width: config.WidthMedium, DisplayName: "Reload Action",
		Doc: "The action that Connect should take on the connector when changes in external configuration providers result in a change in the connector's " +
			"configuration properties. A value of 'none' indicates that Connect will do nothing. A value of 'restart' indicates that Connect should restart/reload " +
			"the connector with the updated configuration properties.The restart may actually be scheduled in the future if the external configuration provider " +
			"indicates that a configuration value will expire in the future."},
	{Name: "errors.retry.timeout", Type: config.Long, Default: int64(0), Importance: config.Medium, Group: "Error Handling", Order: 1, Width: config.WidthMedium, DisplayName: "Retry Timeout for Errors",
		Doc: "The maximum duration in milliseconds that a failed operation will be reattempted. The default is 0, which means no retries will be attempted. Use -1 " +
			"for infinite retries."},
	{Name: "errors.retry.delay.max.ms", Type: config.Long, Default: int64(60000), Importance: config.Medium, Group: "Error Handling", Order: 2, Width: config.WidthMedium, DisplayName: "Maximum Delay Between Retries for Errors",
		Doc: "The maximum duration in milliseconds between consecutive retry attempts. Jitter will be added to the delay once this limit is reached to prevent " +
			"thundering herd issues."},
	{Name: "errors.tolerance", Default: "none", Validator: config.OneOf("none", "all"), Importance: config.Medium, Group: "Error Handling", Order: 3, Width: config.WidthShort, DisplayName: "Error Tolerance",
		Doc: "Behavior for tolerating errors during connector operation. 'none' is the default value and signals that any error will result in an immediate " +
			"connector task failure; 'all' changes the behavior to skip over problematic records."},
	{Name: "errors.log.enable", Type: config.Boolean, Default: false, Importance: config.Medium, Group: "Error Handling", Order: 4, Width: config.WidthShort, DisplayName: "Log Errors",
		Doc: "If true, write each error and the details of the failed operation and problematic record to the Connect application log. This is 'false' by default, " +
			"so that only errors that are not tolerated are reported."},
	{Name: "errors.log.include.messages", Type: config.Boolean, Default: false, Importance: config.Medium, Group: "Error Handling", Order: 5, Width: config.WidthShort, DisplayName: "Log Error Details",
		Doc: "Whether to include in the log the Connect record that resulted in a failure. For sink records, the topic, partition, offset, and timestamp will be " +
			"logged. For source records, the key and value (and their schemas), all headers, and the timestamp, Kafka topic, Kafka partition, source partition, and" +
			" source offset will be logged. This is 'false' by default, which will prevent record keys, values, and headers from being written to log files."},
}
