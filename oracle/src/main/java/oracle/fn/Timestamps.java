package oracle.fn;

import java.util.Map;
import org.apache.kafka.streams.processor.TimestampExtractor;

/** Timestamps of records, as fn/timestamp.go. */
public final class Timestamps {
  private Timestamps() {}

  private static final Map<String, TimestampExtractor> TABLE = Map.of(
      "shifted", (r, partitionTime) -> r.value() == null ? partitionTime : r.timestamp() + 20 * (Long) r.value(),
      "latest", (r, partitionTime) -> r.key() == null ? -7 : Math.max(r.timestamp(), partitionTime));

  public static TimestampExtractor of(String name) { return Fn.find(TABLE, "timestamp", name); }
}
