package oracle;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import oracle.fn.Timestamps;
import oracle.op.Mark;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.state.Stores;

/** A topology under construction: what operators ask for while they build their line. */
@SuppressWarnings({"unchecked", "rawtypes"})
public final class Build {
  public final StreamsBuilder builder = new StreamsBuilder();
  private final Map<String, Object> handles = new HashMap<>();
  private final Map<String, Line> lines = new HashMap<>();
  private final Map<String, Mark.Seen> marks = new HashMap<>();

  public static Topology topology(List<Line> lines) {
    Build b = new Build();
    for (Line l : lines) {
      Operator op = Operators.TABLE.get(l.op);
      if (op == null) throw new IllegalArgumentException("no operator " + l.op);
      b.lines.put(l.id, l);
      b.handles.put(l.id, op.build(b, l));
    }
    return b.builder.build();
  }

  /** The handle that input i of a line names. */
  public <T> T in(Line l, int i) { return (T) handles.get(l.in.get(i)); }

  /** The line that made input i of a line: its types are those of the input. */
  public Line from(Line l, int i) { return lines.get(l.in.get(i)); }

  /** The record that is under way at a line {@code mark}. */
  public Mark.Seen mark(String id) { return marks.computeIfAbsent(id, i -> new Mark.Seen()); }

  public Line line(String id) { return lines.get(id); }

  public static Serde<Object> key(Line l) { return Types.serde(l.key); }

  public static Serde<Object> val(Line l) { return Types.serde(l.val); }

  /** What a source reads with: serdes, name and timestamp extractor. */
  public static Consumed<Object, Object> consumed(Line l) {
    Consumed<Object, Object> c = Consumed.with(key(l), val(l));
    if (l.has("times")) c = c.withTimestampExtractor(Timestamps.of(l.get("times")));
    return l.has("name") ? c.withName(l.get("name")) : c;
  }

  /** A store by name, as its option keep says. */
  private static Materialized stored(Line l, String name) {
    if (l.get("keep", "").equals("plain")) return Materialized.as(Stores.persistentKeyValueStore(name));
    Materialized m = Materialized.as(name);
    return l.get("keep", "").equals("memory") ? m.withStoreType(BuiltInDslStoreSuppliers.IN_MEMORY) : m;
  }

  /** The operator's name, as dsl.Name: null when there is none. */
  public static Named named(Line l) { return l.has("name") ? Named.as(l.get("name")) : null; }

  /** The store's name, as dsl.Store or else dsl.Name. */
  public static String store(Line l) { return l.get("store", l.get("name", null)); }

  /** The store that dsl.Store gives a table. */
  public Materialized kept(Line l) {
    Materialized m = stored(l, l.get("store")).withKeySerde(Types.serde(row(l))).withValueSerde(val(l));
    return l.get("emit", "").equals("every") ? m.withCachingDisabled() : m;
  }

  /** The type of the keys that a table's own store has: those of a windowed table have their windows. */
  private String row(Line l) {
    Line at = l;
    while (at.op.equals("table-filter") || at.op.equals("table-map-values") || at.op.equals("stored")) at = from(at, 0);
    if (!Set.of("count", "reduce", "aggregate", "from-nothing").contains(at.op)) return l.key;
    Line cut = from(at, 0);
    return switch (cut.op) {
      case "tumbling", "hopping" -> "window(" + l.key + "," + cut.get("size") + ")";
      case "sessions" -> "session(" + l.key + ")";
      default -> l.key;
    };
  }

  /** A table's store: name, serdes and emission (emit=every is caching off), and the retention that the windows of its input ask for. */
  public Materialized materialized(Line l) {
    Line from = from(l, 0);
    Materialized m = materialized(l, key(from));
    // On close everything depends on what a store still shows, and Kafka Streams' default store shows more than the one in memory.
    if (l.get("emit", "").equals("close")) m = m.withStoreType(BuiltInDslStoreSuppliers.ROCKS_DB);
    return from.has("retention") ? m.withRetention(Duration.ofMillis(from.millis("retention"))) : m;
  }

  private static Materialized materialized(Line l, Serde key) {
    Materialized m = store(l) == null ? Materialized.with(key, val(l)) : stored(l, store(l)).withKeySerde(key).withValueSerde(val(l));
    return l.get("emit", "").equals("every") ? m.withCachingDisabled() : m;
  }
}
