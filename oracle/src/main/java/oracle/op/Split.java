package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KStream;

/** {@code b = split s0 [name=N]}: branches follow. */
public final class Split implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    return l.has("name") ? s.split(Build.named(l)) : s.split();
  }
}
