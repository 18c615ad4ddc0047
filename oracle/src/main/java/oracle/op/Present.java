package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KStream;

/** {@code s = present s0}: drops absent values. */
public final class Present implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    return s.filter((k, v) -> v != null);
  }
}
