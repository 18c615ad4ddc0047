package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Repartitioned;

/** {@code s = through s0 name=N}: the repartition topic that a grouping named N makes. Only rules write it (internal/oracle/rule). */
public final class Through implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    return s.filter((k, v) -> k != null).repartition(Repartitioned.with(Build.key(l), Build.val(l)).withName(l.get("name")));
  }
}
