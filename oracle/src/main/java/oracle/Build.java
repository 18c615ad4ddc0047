package oracle;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;

/** A topology under construction: what operators ask for while they build their line. */
@SuppressWarnings({"unchecked", "rawtypes"})
public final class Build {
  public final StreamsBuilder builder = new StreamsBuilder();
  private final Map<String, Object> handles = new HashMap<>();
  private final Map<String, Line> lines = new HashMap<>();

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

  public Line line(String id) { return lines.get(id); }

  public static Serde<Object> key(Line l) { return Types.serde(l.key); }

  public static Serde<Object> val(Line l) { return Types.serde(l.val); }

  /** The operator's name, as dsl.Name: null when there is none. */
  public static Named named(Line l) { return l.has("name") ? Named.as(l.get("name")) : null; }

  /** The store's name, as dsl.Store or else dsl.Name. */
  public static String store(Line l) { return l.get("store", l.get("name", null)); }

  /** The store that dsl.Store gives a table. */
  public static Materialized kept(Line l) {
    Materialized m = Materialized.as(l.get("store")).withKeySerde(key(l)).withValueSerde(val(l));
    return l.get("emit", "").equals("every") ? m.withCachingDisabled() : m;
  }

  /** A table's store: name, serdes and emission (emit=every is caching off). */
  public static Materialized materialized(Line l, Serde key) {
    Materialized m = store(l) == null ? Materialized.with(key, val(l)) : Materialized.as(store(l)).withKeySerde(key).withValueSerde(val(l));
    return l.get("emit", "").equals("every") ? m.withCachingDisabled() : m;
  }
}
