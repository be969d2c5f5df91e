/**
 * ONNX through ONNX Runtime. The only package that uses it.
 *
 * <p>It has no CDI beans: a native executable initialises this package at run time, while beans are created at build
 * time.
 */
@NullMarked
package ai.ultrathink.understudy.inference.onnx;

import org.jspecify.annotations.NullMarked;
