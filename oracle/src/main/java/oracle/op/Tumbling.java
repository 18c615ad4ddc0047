package oracle.op;

import java.time.Duration;
import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.TimeWindows;

/** {@code w = tumbling g size=MS [grace=MS] [retention=MS]}: the retention is the store's, see Build.materialized. */
public final class Tumbling implements Operator {
  @Override public Object build(Build b, Line l) {
    KGroupedStream<Object, Object> g = b.in(l, 0);
    return g.windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMillis(l.millis("size")), grace(l)));
  }

  static Duration grace(Line l) { return Duration.ofMillis(Long.parseLong(l.get("grace", "0"))); }
}
