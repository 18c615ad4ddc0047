package oracle.op;

import java.time.Duration;
import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.TimeWindows;

/** {@code w = hopping g size=MS advance=MS [grace=MS] [retention=MS]}. */
public final class Hopping implements Operator {
  @Override public Object build(Build b, Line l) {
    KGroupedStream<Object, Object> g = b.in(l, 0);
    return g.windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMillis(l.millis("size")), Tumbling.grace(l))
        .advanceBy(Duration.ofMillis(l.millis("advance"))));
  }
}
