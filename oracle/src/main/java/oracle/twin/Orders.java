package oracle.twin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.WindowStore;

/** examples/orders. */
final class Orders {
  private static final Serde<String> STRING = Serdes.String();

  private Orders() {}

  record Order(String id, String type, double amount, @JsonInclude(JsonInclude.Include.NON_EMPTY) String user) {
    Order withUser(String u) { return new Order(id, type, amount, u); }

    Order discounted() { return new Order(id, type, amount * 0.9, user); }
  }

  static Topology topology(LongSupplier wallClock) {
    Serde<Order> order = Json.serde(Order.class);
    StreamsBuilder b = new StreamsBuilder();
    KTable<String, String> users = b.table("user-data", Consumed.with(STRING, STRING), Materialized.as("user-data"));

    KStream<String, Order> enriched = b.stream("raw-orders",
        Consumed.with(STRING, STRING).withTimestampExtractor((record, partitionTime) -> wallClock.getAsLong()))
        .filter((account, text) -> text != null && !text.isEmpty())
        .mapValues(text -> Json.parse(text, Order.class))
        .filter((account, o) -> o.amount() > 0)
        .join(users, Order::withUser, Joined.with(STRING, order, STRING));

    enriched.split(Named.as("orders-"))
        .branch((account, o) -> "PREMIUM".equals(o.type()), Branched.withConsumer(
            premium -> premium.mapValues(Order::discounted).to("premium-orders", Produced.with(STRING, order)), "premium"))
        .branch((account, o) -> "STANDARD".equals(o.type()), Branched.withConsumer(
            standard -> standard.to("standard-orders", Produced.with(STRING, order)), "standard"))
        .noDefaultBranch();

    enriched.groupByKey(Grouped.with(STRING, order))
        .windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofHours(1)))
        .count(Named.as("order-count-store"),
            Materialized.<String, Long, WindowStore<Bytes, byte[]>>as("order-count-store").withKeySerde(STRING).withValueSerde(Serdes.Long()));

    enriched.mapValues(Order::amount)
        .groupByKey(Grouped.with(STRING, Serdes.Double()))
        .windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofMinutes(5)).advanceBy(Duration.ofMinutes(1)))
        .reduce(Double::sum, Named.as("revenue-store"),
            Materialized.<String, Double, WindowStore<Bytes, byte[]>>as("revenue-store").withKeySerde(STRING).withValueSerde(Serdes.Double()));

    enriched.groupBy((account, o) -> o.user(), Grouped.with(STRING, order))
        .windowedBy(SessionWindows.ofInactivityGapWithNoGrace(Duration.ofMinutes(30)))
        .count(Named.as("session-store"),
            Materialized.<String, Long, SessionStore<Bytes, byte[]>>as("session-store").withKeySerde(STRING).withValueSerde(Serdes.Long()));

    enriched.to("enriched-orders", Produced.with(STRING, order));
    return b.build();
  }
}
