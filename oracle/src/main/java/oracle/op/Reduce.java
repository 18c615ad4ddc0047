package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.Fn;
import oracle.fn.Folds;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Reducer;
import org.apache.kafka.streams.kstream.SessionWindowedKStream;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;

/** {@code t = reduce g fn=F …}: the function is not called for an absent value, the old one stays. */
public final class Reduce implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    Object in = b.in(l, 0);
    Fn.Fold f = Folds.of(l.get("fn"));
    Reducer r = (old, v) -> v == null ? old : f.add().apply(null, v, old);
    Materialized m = b.materialized(l);
    Named n = Build.named(l);
    boolean close = l.get("emit", "").equals("close");
    if (in instanceof KGroupedStream g) return n == null ? g.reduce(r, m) : g.reduce(r, n, m);
    if (in instanceof TimeWindowedKStream g) {
      TimeWindowedKStream w = close ? g.emitStrategy(EmitStrategy.onWindowClose()) : g;
      return Mended.table(b, l, n == null ? w.reduce(r, m) : w.reduce(r, n, m));
    }
    if (in instanceof SessionWindowedKStream g) {
      SessionWindowedKStream w = close ? g.emitStrategy(EmitStrategy.onWindowClose()) : g;
      return Mended.table(b, l, n == null ? w.reduce(r, m) : w.reduce(r, n, m));
    }
    throw new IllegalArgumentException("reduce of " + in.getClass());
  }
}
