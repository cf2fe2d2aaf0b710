"""NN, LR and SVM on embeddings (stage ``fit``).

Others use `fitting.fit_on_validation`, `fitted.Fitted`, `folds`, `subsampling`, and
`classifier_files` to read a fitted classifier.
"""
