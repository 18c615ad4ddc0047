package path;

import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/** The topologies of bench/path/app in Kafka Streams' DSL. */
final class Workloads {
    private static final Serde<String> STRING = Serdes.String();
    private static final Serde<byte[]> BYTES = Serdes.ByteArray();
    private static final Serde<Long> LONG = Serdes.Long();
    private static final Duration SIZE = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration RETENTION = Duration.ofSeconds(60);

    private Workloads() {}

    static Topology topology(String workload) {
        StreamsBuilder b = new StreamsBuilder();
        String in = Main.env("INPUT");
        String out = Main.env("OUTPUT");
        switch (workload) {
            case "bytes" -> b.stream(in, Consumed.with(BYTES, BYTES))
                .filter((k, v) -> v[0] >= 0) // a byte of Java is signed
                .mapValues(v -> Arrays.copyOf(v, v.length / 2))
                .to(out, Produced.with(BYTES, BYTES));
            case "json" -> b.stream(in, Consumed.with(STRING, Json.serde(Json.Order.class)))
                .filter((k, o) -> o.quantity() >= 5)
                .mapValues(o -> new Json.Sale(o.id(), o.item(), o.quantity() * o.price(), o.city()))
                .to(out, Produced.with(STRING, Json.serde(Json.Sale.class)));
            case "restore" -> b.stream(in, Consumed.with(STRING, BYTES))
                .groupByKey(Grouped.with(STRING, BYTES))
                .reduce((a, v) -> v, Materialized.<String, byte[], KeyValueStore<Bytes, byte[]>>as("rows").withKeySerde(STRING).withValueSerde(BYTES));
            case "count" -> b.stream(in, Consumed.with(STRING, BYTES))
                .groupByKey(Grouped.with(STRING, BYTES))
                .count(Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("counts").withKeySerde(STRING).withValueSerde(LONG))
                .toStream()
                .to(out, Produced.with(STRING, LONG));
            case "tumbling" -> b.stream(in, Consumed.with(STRING, BYTES))
                .groupByKey(Grouped.with(STRING, BYTES))
                .windowedBy(TimeWindows.ofSizeAndGrace(SIZE, GRACE))
                .count(Materialized.<String, Long, WindowStore<Bytes, byte[]>>as("counts")
                    .withKeySerde(STRING).withValueSerde(LONG).withRetention(RETENTION))
                .toStream()
                .to(out, Produced.with(WindowedSerdes.timeWindowedSerdeFrom(String.class, SIZE.toMillis()), LONG));
            case "join" -> {
                KTable<String, Json.User> users = b.table(Main.env("TABLE"), Consumed.with(STRING, Json.serde(Json.User.class)),
                    Materialized.as("users"));
                b.stream(in, Consumed.with(STRING, Json.serde(Json.Order.class)))
                    .join(users, (o, u) -> new Json.Named(o.id(), o.item(), o.price(), u.name(), u.tier()),
                        Joined.with(STRING, Json.serde(Json.Order.class), Json.serde(Json.User.class)))
                    .to(out, Produced.with(STRING, Json.serde(Json.Named.class)));
            }
            default -> throw new IllegalArgumentException("no workload " + workload);
        }
        return b.build();
    }
}
