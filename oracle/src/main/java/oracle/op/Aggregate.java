package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.Fn;
import oracle.fn.Folds;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.Initializer;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Merger;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.SessionWindowedKStream;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;

/** {@code t = aggregate g fn=F …}: the function is not called for an absent value, the old aggregate stays. */
public final class Aggregate implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    Object in = b.in(l, 0);
    Fn.Fold f = Folds.of(l.get("fn"));
    Initializer zero = f.zero()::get;
    Aggregator add = (k, v, old) -> v == null ? old : f.add().apply(k, v, old);
    Merger merge = (k, one, other) -> f.merge().apply(k, one, other);
    Materialized m = b.materialized(l);
    Named n = Build.named(l);
    boolean close = l.get("emit", "").equals("close");
    if (in instanceof KGroupedStream g) return n == null ? g.aggregate(zero, add, m) : g.aggregate(zero, add, n, m);
    if (in instanceof TimeWindowedKStream g) {
      TimeWindowedKStream w = close ? g.emitStrategy(EmitStrategy.onWindowClose()) : g;
      return Mended.table(b, l, n == null ? w.aggregate(zero, add, m) : w.aggregate(zero, add, n, m));
    }
    if (in instanceof SessionWindowedKStream g) {
      SessionWindowedKStream w = close ? g.emitStrategy(EmitStrategy.onWindowClose()) : g;
      return Mended.table(b, l, n == null ? w.aggregate(zero, add, merge, m) : w.aggregate(zero, add, merge, n, m));
    }
    throw new IllegalArgumentException("aggregate of " + in.getClass());
  }
}
