package oracle.twin;

import java.util.Arrays;
import java.util.Locale;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;

/** examples/wordcount. */
final class WordCount {
  private static final Serde<String> STRING = Serdes.String();

  private WordCount() {}

  static Topology topology() {
    StreamsBuilder b = new StreamsBuilder();
    b.stream("lines", Consumed.with(STRING, STRING))
        .flatMap((k, line) -> Arrays.stream((line == null ? "" : line).toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{Nd}]+"))
            .filter(w -> !w.isEmpty()).map(w -> KeyValue.pair(w, w)).toList())
        .groupByKey(Grouped.with(STRING, STRING))
        .count(Named.as("word-counts"),
            Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("word-counts").withKeySerde(STRING).withValueSerde(Serdes.Long()))
        .toStream()
        .to("word-counts", Produced.with(STRING, Serdes.Long()));
    return b.build();
  }
}
