package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.SessionWindowedKStream;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;

/** {@code t = count g [name=N] [store=S] [emit=every|close]} over a group, windows or sessions. */
public final class Count implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    Object in = b.in(l, 0);
    Materialized m = b.materialized(l);
    Named n = Build.named(l);
    boolean close = l.get("emit", "").equals("close");
    if (in instanceof KGroupedStream g) return n == null ? g.count(m) : g.count(n, m);
    if (in instanceof TimeWindowedKStream g) {
      TimeWindowedKStream w = close ? g.emitStrategy(EmitStrategy.onWindowClose()) : g;
      return Mended.table(b, l, n == null ? w.count(m) : w.count(n, m));
    }
    if (in instanceof SessionWindowedKStream g) {
      SessionWindowedKStream w = close ? g.emitStrategy(EmitStrategy.onWindowClose()) : g;
      return Mended.table(b, l, n == null ? w.count(m) : w.count(n, m));
    }
    throw new IllegalArgumentException("count of " + in.getClass());
  }
}
