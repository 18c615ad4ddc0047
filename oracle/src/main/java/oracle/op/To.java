package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;

/** {@code x = to s0 topic=T}. */
public final class To implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    Produced<Object, Object> p = Produced.with(Build.key(l), Build.val(l));
    s.to(l.get("topic"), l.has("name") ? p.withName(l.get("name")) : p);
    return null;
  }
}
