package oracle.twin;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.GlobalKTable;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/** examples/flights, as its main configures it. */
final class Flights {
  private static final Serde<String> STRING = Serdes.String();
  private static final Duration HOUR = Duration.ofHours(1);

  private Flights() {}

  record Flight(String carrier, String number, String origin, String dest, @JsonProperty("dep_delay") int depDelay,
      boolean cancelled) {}

  record Airline(String name) {}

  record Delayed(String carrier, String number, String origin, String dest, @JsonProperty("dep_delay") int depDelay,
      boolean cancelled, String airline) {
    static Delayed of(String key, Flight f, Airline a) {
      return new Delayed(f.carrier, f.number, f.origin, f.dest, f.depDelay, f.cancelled, a == null ? key : a.name);
    }
  }

  record Delay(String airline, long flights, long minutes, int worst) {
    Delay add(Delayed d) { return new Delay(d.airline, flights + 1, minutes + d.depDelay, Math.max(worst, d.depDelay)); }
  }

  static Topology topology() {
    StreamsBuilder b = new StreamsBuilder();
    KStream<String, Flight> flights = b.stream("flights", Consumed.with(STRING, Json.serde(Flight.class)));
    GlobalKTable<String, Airline> airlines = b.globalTable("airlines", Consumed.with(STRING, Json.serde(Airline.class)).withName("airlines"),
        Materialized.<String, Airline, KeyValueStore<Bytes, byte[]>>as("airlines").withKeySerde(STRING).withValueSerde(Json.serde(Airline.class)));
    flights.filter((carrier, f) -> !f.cancelled() && f.depDelay() >= 15)
        .leftJoin(airlines, (carrier, f) -> f.carrier(), (carrier, f, a) -> Delayed.of(carrier, f, a))
        .groupBy((carrier, d) -> d.carrier(), Grouped.with(STRING, Json.serde(Delayed.class)))
        .windowedBy(TimeWindows.ofSizeAndGrace(HOUR, Duration.ofMinutes(10)))
        .aggregate(() -> new Delay("", 0, 0, 0), (carrier, d, sum) -> sum.add(d), Named.as("delay-by-hour"),
            Materialized.<String, Delay, WindowStore<Bytes, byte[]>>as("delay-by-hour").withKeySerde(STRING).withValueSerde(Json.serde(Delay.class)))
        .toStream()
        .to("delay-by-hour", Produced.with(WindowedSerdes.timeWindowedSerdeFrom(String.class, HOUR.toMillis()), Json.serde(Delay.class)));
    return b.build();
  }
}
