package oracle.twin;

import java.time.Duration;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.WindowStore;

/** examples/avro. */
final class Avro {
  private static final Serde<String> STRING = Serdes.String();
  private static final String FIRST = "{\"type\":\"record\",\"name\":\"OrderEvent\",\"namespace\":\"com.example.orders\",\"fields\":["
      + "{\"name\":\"orderId\",\"type\":\"string\"},{\"name\":\"userId\",\"type\":\"string\"},"
      + "{\"name\":\"item\",\"type\":[\"null\",\"string\"],\"default\":null},{\"name\":\"amount\",\"type\":\"double\"}]}";
  private static final String SECOND = "{\"type\":\"record\",\"name\":\"OrderEvent\",\"namespace\":\"com.example.orders\",\"fields\":["
      + "{\"name\":\"amount\",\"type\":\"double\"},{\"name\":\"userId\",\"type\":[\"string\",\"long\"]},{\"name\":\"orderId\",\"type\":\"string\"}]}";

  private Avro() {}

  static Topology topology() {
    GenericAvroSerde avro = new GenericAvroSerde(FIRST, SECOND);
    StreamsBuilder b = new StreamsBuilder();
    KStream<String, GenericRecord> high = b.stream("order-events", Consumed.with(STRING, avro))
        .filter((k, o) -> o != null)
        .filter((k, o) -> (Double) o.get("amount") > 1000)
        .mapValues(Avro::verified);
    high.to("high-value-orders", Produced.with(STRING, avro));
    high.groupByKey(Grouped.with(STRING, avro))
        .windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofHours(1)))
        .count(Named.as("order-count-store"),
            Materialized.<String, Long, WindowStore<Bytes, byte[]>>as("order-count-store").withKeySerde(STRING).withValueSerde(Serdes.Long()));
    return b.build();
  }

  private static GenericRecord verified(GenericRecord order) {
    Schema in = order.getSchema();
    Schema schema = SchemaBuilder.record("HighValueOrder").namespace("com.example.orders").fields()
        .name("orderId").type(in.getField("orderId").schema()).noDefault()
        .name("userId").type(in.getField("userId").schema()).noDefault()
        .name("amount").type(in.getField("amount").schema()).noDefault()
        .name("verified").type().booleanType().booleanDefault(false)
        .endRecord();
    GenericRecord out = new GenericData.Record(schema);
    for (String field : new String[] {"orderId", "userId", "amount"}) out.put(field, order.get(field));
    out.put("verified", false);
    return out;
  }
}
