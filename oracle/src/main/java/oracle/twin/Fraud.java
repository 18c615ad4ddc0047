package oracle.twin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** examples/fraud. */
final class Fraud {
  private static final Serde<String> STRING = Serdes.String();
  private static final Duration WINDOW = Duration.ofMinutes(5);
  private static final String SUMMARIES = "user-transaction-summary";
  private static final String RECENT = "recent-orders-window";

  private Fraud() {}

  record Order(String id, double amount, String location) {}

  record Placed(List<Order> orders) {}

  record Summary(long count, double total, long first, long last, String location) {}

  record Alert(String rule, @JsonInclude(JsonInclude.Include.NON_EMPTY) String order, String text) {}

  static Topology topology() {
    StreamsBuilder b = new StreamsBuilder();
    b.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(SUMMARIES), STRING, Json.serde(Summary.class)));
    b.addStateStore(Stores.windowStoreBuilder(Stores.inMemoryWindowStore(RECENT, Duration.ofHours(2), WINDOW, false), STRING, Json.serde(Placed.class)));
    b.stream("orders", Consumed.with(STRING, Json.serde(Order.class)))
        .process(Detector::new, Named.as("detector"), SUMMARIES, RECENT)
        .to("fraud-alerts", Produced.with(STRING, Json.serde(Alert.class)));
    return b.build();
  }

  private static final class Detector implements Processor<String, Order, String, Alert> {
    private ProcessorContext<String, Alert> ctx;
    private KeyValueStore<String, Summary> summaries;
    private WindowStore<String, Placed> recent;

    private record Rate(double recent, double usual) {
      boolean high() { return recent > 5 * usual; }

      String text() { return decimal(recent, 0) + " orders in 5 minutes, usually " + decimal(usual, 1); }
    }

    @Override public void init(ProcessorContext<String, Alert> c) {
      ctx = c;
      summaries = c.getStateStore(SUMMARIES);
      recent = c.getStateStore(RECENT);
      c.schedule(Duration.ofMinutes(5), PunctuationType.WALL_CLOCK_TIME, now -> expire());
      c.schedule(Duration.ofMinutes(1), PunctuationType.WALL_CLOCK_TIME, now -> sweep());
    }

    @Override public void process(Record<String, Order> r) {
      if (r.key() == null || r.value() == null) return;
      String user = r.key();
      Order order = r.value();
      long at = r.timestamp();
      Summary s = summaries.get(user);
      boolean known = s != null;
      if (!known) s = new Summary(0, 0, at, 0, "");
      double mean = s.total / Math.max(s.count, 1);
      if (known && order.amount > 3 * mean) {
        alert(r, "amount", decimal(order.amount, 2) + " is more than three times the mean, " + decimal(mean, 2));
      }
      if (known && !order.location.equals(s.location)) alert(r, "location", order.location + " after " + s.location);

      Placed placed = recent.fetch(user, at);
      List<Order> orders = placed == null ? new ArrayList<>() : new ArrayList<>(placed.orders);
      orders.add(order);
      recent.put(user, new Placed(orders), at);
      s = new Summary(s.count + 1, s.total + order.amount, Math.min(s.first, at), Math.max(s.last, at), order.location);
      summaries.put(user, s);

      Rate rate = rate(user, s, at);
      if (rate.high()) alert(r, "velocity", rate.text());
    }

    private void alert(Record<String, Order> r, String rule, String text) {
      ctx.forward(r.withValue(new Alert(rule, r.value().id, text)));
    }

    private Rate rate(String user, Summary s, long now) {
      double n = 0;
      try (WindowStoreIterator<Placed> it = recent.fetch(user, now - WINDOW.toMillis() + 1, now)) {
        while (it.hasNext()) n += it.next().value.orders.size();
      }
      double windows = (double) (s.last - s.first) / WINDOW.toMillis();
      return new Rate(n, Math.max(s.count / Math.max(windows, 1), 1));
    }

    private void sweep() {
      long now = ctx.currentStreamTimeMs();
      String last = "";
      for (Windowed<String> k : all(now - WINDOW.toMillis() + 1, now)) {
        if (k.key().equals(last)) continue;
        last = k.key();
        Summary s = summaries.get(last);
        Rate rate = rate(last, s, s.last);
        if (rate.high()) ctx.forward(new Record<>(last, new Alert("velocity", "", rate.text()), s.last));
      }
    }

    private void expire() {
      for (Windowed<String> k : all(0, ctx.currentStreamTimeMs() - Duration.ofHours(1).toMillis())) recent.put(k.key(), null, k.window().start());
    }

    /** The rows of a span by key, then time. Kafka Streams promises no order: one store goes by time, another by segments. */
    private List<Windowed<String>> all(long from, long to) {
      List<Windowed<String>> rows = new ArrayList<>();
      try (KeyValueIterator<Windowed<String>, Placed> it = recent.fetchAll(Instant.ofEpochMilli(Math.max(from, 0)), Instant.ofEpochMilli(to))) {
        it.forEachRemaining(row -> rows.add(row.key));
      }
      rows.sort(Comparator.<Windowed<String>, String>comparing(Windowed::key).thenComparing(k -> k.window().start()));
      return rows;
    }
  }

  /** As Go's %.2f: the exact value, rounded to even. */
  private static String decimal(double d, int digits) { return new BigDecimal(d).setScale(digits, RoundingMode.HALF_EVEN).toPlainString(); }
}
