package oracle.op;

import java.time.Duration;
import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.SessionWindows;

/** {@code w = sessions g gap=MS [grace=MS] [retention=MS]}. */
public final class Sessions implements Operator {
  @Override public Object build(Build b, Line l) {
    KGroupedStream<Object, Object> g = b.in(l, 0);
    return g.windowedBy(SessionWindows.ofInactivityGapAndGrace(Duration.ofMillis(l.millis("gap")), Tumbling.grace(l)));
  }
}
