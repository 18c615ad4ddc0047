package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.ValueTransformerWithKey;
import org.apache.kafka.streams.kstream.ValueTransformerWithKeySupplier;
import org.apache.kafka.streams.processor.ProcessorContext;

/** {@code t = stored t1 store=S [emit=every]}: the same table behind a store, whose old value is what it sent last. Only rules write it. */
public final class Stored implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    KTable t = b.in(l, 0);
    return t.transformValues((ValueTransformerWithKeySupplier) Same::new, b.kept(l));
  }

  private static final class Same implements ValueTransformerWithKey<Object, Object, Object> {
    @Override public void init(ProcessorContext context) {}
    @Override public Object transform(Object key, Object value) { return value; }
    @Override public void close() {}
  }
}
