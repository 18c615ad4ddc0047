package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;

/** {@code t = count g [name=N] [store=S] [emit=every]} over a group or a windowed group. */
public final class Count implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    Object in = b.in(l, 0);
    Materialized m = Build.materialized(l, Build.key(b.from(l, 0)));
    Named n = Build.named(l);
    if (in instanceof KGroupedStream g) return n == null ? g.count(m) : g.count(n, m);
    if (in instanceof TimeWindowedKStream w) return n == null ? w.count(m) : w.count(n, m);
    throw new IllegalArgumentException("count of " + in.getClass());
  }
}
