package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Repartitioned;

/** {@code s = repartition s0 name=N}. */
public final class Repartition implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    return s.repartition(Repartitioned.with(Build.key(l), Build.val(l)).withName(l.get("name")));
  }
}
