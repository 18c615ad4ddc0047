package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;

/** {@code g = group-by-key s0 [name=N]}. */
public final class GroupByKey implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    return s.groupByKey(grouped(l));
  }

  static Grouped<Object, Object> grouped(Line l) {
    Grouped<Object, Object> g = Grouped.with(Build.key(l), Build.val(l));
    return l.has("name") ? g.withName(l.get("name")) : g;
  }
}
